import { checkInteger, fillPhilox, multiplyHigh, type RandomKey } from '@chiaro/core'
import { checkKey, Stream, words } from './key.ts'

export interface IntegersOptions {
  /** The smallest value. Default 0. */
  readonly minimum?: number
  /** One above the largest value. */
  readonly maximum: number
}

/**
 * `count` integers, each value of minimum…maximum − 1 equally probable (Lemire 2019, "Fast random integer
 * generation in an interval"): the upper half of word·range, drawn again where the lower half falls in the
 * remainder. Attempt a at element i takes word i of the stream whose third counter word is a, so elements never
 * wait for each other. Bit-identical everywhere.
 *
 * @throws RangeError unless −2³¹ ≤ minimum < maximum ≤ 2³¹ are integers
 *
 * @example
 * ```ts
 * import { integerValues, key } from '@chiaro/random'
 *
 * console.log(integerValues(key(1), 10, { minimum: 1, maximum: 7 })) // a die: the maximum is never drawn
 * ```
 */
export function integerValues(key: RandomKey, count: number, options: IntegersOptions): Int32Array {
  const { minimum = 0, maximum } = options
  checkKey('integers', key)
  checkInteger('integers', { count }, { least: 0 })
  checkInteger('integers', { minimum }, { least: -(2 ** 31) })
  checkInteger('integers', { maximum }, { above: minimum, most: 2 ** 31 })
  const range = maximum - minimum
  const drawn = words(key, count)
  const values = new Int32Array(count)
  for (let i = 0; i < count; i++) values[i] = minimum + below(range, key, drawn[i], i)
  return values
}

/** An integer below `range` (1…2³²) from `word`, the key's word `index`; draws again by the rule above. */
export function below(range: number, key: RandomKey, word: number, index: number): number {
  if (range === 0x100000000) return word
  const rejected = (0x100000000 - range) % range
  let candidate = word
  for (let attempt = 1; Math.imul(candidate, range) >>> 0 < rejected; attempt++) {
    const block = new Uint32Array(4)
    const at = Math.floor(index / 4)
    fillPhilox(block, [key.low, key.high], [at >>> 0, Math.floor(at / 2 ** 32), attempt, Stream.numbers])
    candidate = block[index % 4]
  }
  return multiplyHigh(candidate, range)
}
