import { checkInteger, type RandomKey } from '@chiaro/core'
import { below } from './integer-values.ts'
import { checkKey, words } from './key.ts'

/**
 * The numbers 0…n − 1 in an order drawn uniformly from all n! (Fisher and Yates): for i from n − 1 down to 1,
 * element i changes places with one drawn from 0…i by word i, as in `integers`.
 *
 * @throws RangeError unless n is a non-negative integer
 *
 * @example
 * ```ts
 * import { foldIn, key, permutation } from '@chiaro/random'
 *
 * for (const epoch of [0, 1]) console.log(permutation(foldIn(key(1), epoch), 8)) // an order for each epoch
 * ```
 */
export function permutation(key: RandomKey, n: number): Int32Array {
  checkKey('permutation', key)
  checkInteger('permutation', { n }, { least: 0 })
  const order = Int32Array.from({ length: n }, (_, i) => i)
  const drawn = words(key, n)
  for (let i = n - 1; i > 0; i--) {
    const j = below(i + 1, key, drawn[i], i)
    const swapped = order[i]
    order[i] = order[j]
    order[j] = swapped
  }
  return order
}
