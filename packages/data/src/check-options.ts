import { rangeError } from '@chiaro/core'

/** Refuses what is no integer of at least `minimum`. */
export function checkInteger(where: string, argument: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return
  throw rangeError(where, argument, `an integer of at least ${minimum}`, String(value))
}
