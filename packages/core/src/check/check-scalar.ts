import { typeError } from '../errors.ts'
import { type Bounds, checkNumber } from './check-number.ts'
import { described, isShaped, type Shaped } from './described.ts'

/**
 * Refuses what is no number within bounds and no tensor of one element, whose value is not looked at.
 *
 * @throws TypeError for what is neither; RangeError for a number that is not finite or out of bounds
 */
export function checkScalar(
  where: string,
  values: Readonly<Record<string, number | Shaped>>,
  bounds: Bounds = {},
): void {
  for (const [argument, value] of Object.entries(values)) {
    if (typeof value === 'number') checkNumber(where, { [argument]: value }, bounds)
    else if (!isShaped(value) || value.shape.some(size => size !== 1)) {
      throw typeError(where, argument, 'a number or a scalar tensor', described(value))
    }
  }
}
