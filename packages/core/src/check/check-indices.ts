import { checkLength } from './check-length.ts'
import { checkInteger } from './check-number.ts'
import { checkShape } from './check-shape.ts'
import { isShaped, type Shaped } from './described.ts'

/**
 * Refuses what is no list of `length` whole numbers: an int32 tensor [length], whose numbers are not looked at, or numbers
 * on the host.
 *
 * @throws TypeError for another length or dtype; RangeError for a number on the host that is not whole
 */
export function checkIndices(
  where: string,
  indices: Readonly<Record<string, ArrayLike<number> | Shaped>>,
  length: number,
): void {
  for (const [argument, list] of Object.entries(indices)) {
    if (isShaped(list)) checkShape(where, { [argument]: list }, [length], { dtype: 'int32' })
    else {
      checkLength(where, { [argument]: list }, { exactly: length })
      checkInteger(where, { [argument]: list })
    }
  }
}
