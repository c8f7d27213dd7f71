import * as z from 'zod/mini'
import { kept } from '../settings/setting.ts'
import { storedNoise } from '../settings/stored-specs.ts'
import { type EnergyName, energyNamed, energyNames } from './energies/energies.ts'
import type { EnergyNumbers } from './energies/energy-kind.ts'
import type { ObjectiveNumbers } from './objectives/objective.ts'
import { type ObjectiveName, objectiveNamed, objectiveNames } from './objectives/objectives.ts'
import { densitySettings } from './settings.ts'

const of = densitySettings.shape

/** An objective with the numbers that belong to it. */
export type StoredObjective = { readonly kind: ObjectiveName } & Partial<ObjectiveNumbers>

/** An energy with the numbers that belong to it, and what was fitted before training. */
export type StoredEnergy = {
  readonly kind: EnergyName
  readonly fitted?: z.infer<typeof storedNoise>
} & Partial<EnergyNumbers>

export const storedObjective = ofKinds<StoredObjective>(
  objectiveNames.map(kind => ({
    kind: z.literal(kind),
    ...Object.fromEntries(
      // Gibbs steps have no size.
      objectiveNamed(kind).needs.map(need => [need, need === 'stepSize' ? of.stepSize : kept(of[need])]),
    ),
  })),
)

export const storedEnergy = ofKinds<StoredEnergy>(
  energyNames.map(kind => ({
    kind: z.literal(kind),
    ...Object.fromEntries(energyNamed(kind).needs.map(need => [need, kept<z.ZodMiniType>(of[need])])),
    ...(energyNamed(kind).fit && { fitted: storedNoise }),
  })),
)

function ofKinds<T>(shapes: readonly Readonly<Record<string, z.core.$ZodType>>[]): z.ZodMiniType<T> {
  const kinds = shapes.map(shape => z.object(shape))
  return z.discriminatedUnion('kind', kinds as never) as unknown as z.ZodMiniType<T>
}
