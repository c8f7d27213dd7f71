import { rangeError } from '../errors.ts'
import { described } from './described.ts'

/**
 * Refuses what is none of the choices.
 *
 *   checkOneOf('infoNceLoss', { reduction }, ['mean', 'sum', 'none'])
 *   // infoNceLoss: reduction must be 'mean', 'sum' or 'none', got 'max'
 *
 * @throws RangeError
 */
export function checkOneOf(
  where: string,
  values: Readonly<Record<string, unknown>>,
  choices: readonly (string | number)[],
): void {
  for (const argument of Object.keys(values)) {
    const value = values[argument]
    if (choices.includes(value as string)) continue
    throw rangeError(where, argument, listed(choices), described(value))
  }
}

/** "'mean', 'sum' or 'none'". */
function listed(choices: readonly unknown[]): string {
  const names = choices.map(described)
  const last = names.pop()
  return names.length === 0 ? `${last}` : `${names.join(', ')} or ${last}`
}
