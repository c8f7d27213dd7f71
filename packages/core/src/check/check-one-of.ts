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
  const names = choices.map(described)
  const last = names.pop()
  const expected = names.length === 0 ? `${last}` : `${names.join(', ')} or ${last}`
  for (const [argument, value] of Object.entries(values)) {
    if (choices.includes(value as string)) continue
    throw rangeError(where, argument, expected, described(value))
  }
}
