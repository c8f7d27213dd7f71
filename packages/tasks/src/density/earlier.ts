import { planeObjectives } from '../plane-density/objective.ts'
import { objectiveNamed } from './objectives/objectives.ts'

/** What runs of before kept, and what runs of `planeDensity` keep of their own. */
interface Earlier {
  readonly parts?: unknown
  readonly source?: unknown
  readonly objective?: unknown
  readonly energy?: { readonly kind?: string }
  readonly training?: { readonly noiseRatio?: number }
  /** The plane's: there `noise` is only what its network tilts. */
  readonly contrast?: unknown
}

/** Runs of before kept how the table is parted beside where it lies. */
export function withParts(config: unknown): unknown {
  const known = config as Earlier | null
  if (typeof known !== 'object' || known === null || known.parts !== undefined) return config
  return { ...known, parts: known.source }
}

/**
 * A config as it is now, also of a run from before there was a choice of objectives and energies (binary NCE and a
 * tilt), and of points in the plane, which are scored and sampled like others.
 */
export function withChoices(config: unknown): unknown {
  const known = withParts(config) as Earlier | null
  if (typeof known !== 'object' || known === null) return config
  const { objective, energy, training, contrast } = known
  if (typeof objective === 'object' || (objective === undefined && energy?.kind !== undefined)) return known
  const kind = planeObjectives[(objective ?? 'binary') as keyof typeof planeObjectives]
  const numbers = { projections: 1, chainSteps: 10, noiseRatio: training?.noiseRatio }
  const form = contrast === undefined || energy?.kind === 'network' ? 'tilt' : energy?.kind
  return {
    ...known,
    objective: { kind, ...numbers, ...(kind && objectiveNamed(kind).defaults) },
    energy: { ...energy, kind: form },
  }
}
