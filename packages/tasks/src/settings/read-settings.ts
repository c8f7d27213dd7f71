import { type ChiaroError, conflictError, rangeError, typeError } from '@chiaro/core'
import * as z from 'zod/mini'
import { eitherOf, withBelonging } from './belonging.ts'

/** A record of settings. */
export type SettingsSchema = z.ZodMiniObject

/**
 * A value as a schema has it, defaults put in: those of settings that belong to some choices only with these.
 *
 * @param where what is read, for the message ("simclr")
 * @throws ChiaroError that names the first field that is not as it must be ("training.batchSize"), what was expected
 *   and what came, or the setting that belongs to another choice
 *
 * @example
 * ```ts
 * import { readSettings, simclr } from '@chiaro/tasks'
 *
 * console.log(readSettings('simclr', simclr.settings, { steps: 10 }).batchSize) // the default, 256
 * try {
 *   readSettings('simclr', simclr.settings, { batchSize: 0 })
 * } catch (error) {
 *   console.log((error as Error).message) // names batchSize, what it must be, and 0
 * }
 * ```
 */
export function readSettings<T extends z.ZodMiniType>(where: string, schema: T, value: unknown): z.infer<T> {
  // Strict pages forbid what zod would compile.
  z.config({ jitless: true })
  const read = schema.safeParse(value, { reportInput: true })
  if (!read.success) throw asError(where, read.error.issues[0])
  if (!('shape' in schema)) return read.data
  return withBelonging(where, schema.shape as SettingsSchema['shape'], read.data as never) as never
}

function asError(where: string, issue: z.core.$ZodIssue): ChiaroError {
  const argument = issue.path.map(String).join('.') || 'settings'
  // What settings have to agree on, in words of its own.
  if (issue.code === 'custom') return conflictError(where, argument, issue.message)
  const expected = expectation(issue)
  const got = shown(issue.input)
  return issue.code === 'invalid_type'
    ? typeError(where, argument, expected, got)
    : rangeError(where, argument, expected, got)
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`
    case 'too_small':
      return issue.origin === 'array' ? `of at least ${issue.minimum} entries` : `at least ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'array' ? `of at most ${issue.maximum} entries` : `at most ${issue.maximum}`
    case 'invalid_value':
      return eitherOf(issue.values.map(String))
    case 'invalid_union':
      return 'of a kind that is known'
    default:
      return issue.message
  }
}

function shown(value: unknown): string {
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'none')
}
