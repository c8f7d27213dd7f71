import { conflictError } from '@chiaro/core'
import * as z from 'zod/mini'

/** The choices that a setting belongs to, by their settings: { objective: ['cd', 'pcd'] }. */
export type Belonging = Readonly<Record<string, readonly string[]>>

/** What a setting carries beside its schema. */
interface Carried {
  readonly description?: string
  readonly of?: Belonging
  /** Of a setting that belongs to some choices only: a default of the schema would be put in with the others too. */
  readonly default?: unknown
}

/** Lets a setting carry what it means, and what it belongs to with the default that it has there. */
export function carrying(carried: Carried) {
  return z.meta({ ...carried })
}

/** What a setting belongs to, where it is not all. */
export function belongingOf(setting: z.core.$ZodType): Belonging | undefined {
  return carriedBy(setting).of
}

function carriedBy(setting: z.core.$ZodType): Carried {
  return (z.globalRegistry.get(setting) ?? {}) as Carried
}

/**
 * Settings with the defaults of those that belong to what was chosen.
 *
 * @param shape of what was read
 * @throws ChiaroError that names the first setting given which belongs to another choice
 */
export function withBelonging(
  where: string,
  shape: Readonly<Record<string, z.core.$ZodType>>,
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const read = { ...settings }
  for (const [name, setting] of Object.entries(shape)) {
    const { of, default: initial } = carriedBy(setting)
    if (of === undefined) continue
    const other = Object.entries(of).find(([choice, names]) => !names.includes(String(read[choice])))
    if (other === undefined) {
      if (read[name] === undefined && initial !== undefined) read[name] = initial
    } else if (read[name] !== undefined) {
      const [choice, names] = other
      const message = `${name} belongs to ${choice} ${eitherOf(names)}, got ${read[choice]}`
      throw conflictError(where, name, message)
    }
  }
  return read
}

/** "a, b or c". */
export function eitherOf(names: readonly string[]): string {
  return names.join(', ').replace(/, ([^,]*)$/, ' or $1')
}
