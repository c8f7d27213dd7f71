import { rangeError, typeError } from '@chiaro/core'

/** What numbers of a parameter may be, with the words an error has for it. */
const domains = {
  finite: { holds: (v: number) => Number.isFinite(v), words: 'finite' },
  positive: { holds: (v: number) => v > 0 && Number.isFinite(v), words: 'positive and finite' },
  weight: { holds: (v: number) => v >= 0 && Number.isFinite(v), words: 'finite and not negative' },
} as const

/** Refuses a vector of another length, or with a number outside its domain, which is named by its index. */
export function checkVector(
  where: string,
  argument: string,
  values: readonly number[],
  domain: keyof typeof domains,
  length = values.length,
): void {
  if (!Array.isArray(values) || values.length !== length || length === 0) {
    const expected = length === 0 ? 'at least one number' : `${length} numbers`
    throw typeError(where, argument, expected, Array.isArray(values) ? String(values.length) : String(values))
  }
  const at = values.findIndex(value => !domains[domain].holds(value))
  if (at >= 0) throw rangeError(where, `${argument}[${at}]`, domains[domain].words, String(values[at]))
}

/** Refuses a number outside its domain. */
export function checkNumber(
  where: string,
  argument: string,
  value: number,
  domain: keyof typeof domains,
): void {
  if (!domains[domain].holds(value)) throw rangeError(where, argument, domains[domain].words, String(value))
}

/** Refuses a count that is no integer of at least `least`. */
export function checkCount(where: string, argument: string, value: number, least = 0): void {
  if (Number.isSafeInteger(value) && value >= least) return
  const expected = least === 0 ? 'a non-negative integer' : `an integer of at least ${least}`
  throw rangeError(where, argument, expected, String(value))
}
