import { rangeError, typeError } from '../errors.ts'
import { described } from './described.ts'

export interface LengthOptions {
  /** How many there must be. */
  readonly exactly?: number
  /** What there is one of for each; said in the complaint. */
  readonly each?: string
  /** The fewest there may be. */
  readonly least?: number
}

/**
 * Refuses lists of another length.
 *
 *   checkLength('mixtureNoise', { weights }, { exactly: 3, each: 'component' })
 *   // mixtureNoise: weights must be of length 3, one for each component, got length 2
 *
 * @throws TypeError for what has no length and for another one than `exactly`; RangeError for fewer than `least`
 */
export function checkLength(
  where: string,
  lists: Readonly<Record<string, ArrayLike<unknown>>>,
  { exactly, each, least = 0 }: LengthOptions,
): void {
  const suffix = each === undefined ? '' : `, one for each ${each}`
  const expected = exactly === undefined ? `of length at least ${least}` : `of length ${exactly}${suffix}`
  for (const [argument, list] of Object.entries(lists)) {
    if (typeof list !== 'object' || !Number.isInteger(list?.length)) {
      throw typeError(where, argument, expected, described(list))
    }
    const { length } = list
    if (exactly !== undefined && length !== exactly)
      throw typeError(where, argument, expected, `length ${length}`)
    if (length < least) throw rangeError(where, argument, expected, `length ${length}`)
  }
}
