import { checkInteger, checkLength, checkNumber } from '@chiaro/core'
import { tableNoise } from './categorical-noise.ts'
import type { IdentifierNoise } from './identifier-noise.ts'

export interface UnigramNoiseOptions {
  /** How often each id was seen, one number ≥ 0 an id. */
  readonly counts: readonly number[]
  /** The power that counts are raised to. Default 1; 0.75 is word2vec's; 0 is uniform. */
  readonly distortion?: number
  /** Ids never drawn (padding, unknown), whatever their count. Default none. */
  readonly reserved?: readonly number[]
}

export type UnigramNoiseSpec = { readonly kind: 'unigram' } & UnigramNoiseOptions

/**
 * Ids by their frequency in a corpus: p(i) ∝ counts[i]^distortion, 0 for reserved ids. An id with count 0 is never drawn
 * (unless distortion is 0), so it must not be data either: NCE needs noise wherever there is data.
 *
 * @throws RangeError for no count, a negative count or distortion, a reserved id that is none, and when no id
 *   is left
 *
 * @example
 * ```ts
 * import { unigramNoise } from '@chiaro/noise'
 *
 * const { probability } = unigramNoise({ counts: [16, 1, 0], distortion: 0.75 })
 * console.log([0, 1, 2].map(probability)) // 8/9, 1/9, 0
 * ```
 */
export function unigramNoise(options: UnigramNoiseOptions): IdentifierNoise<UnigramNoiseSpec> {
  const where = 'unigramNoise'
  const { counts, distortion = 1, reserved = [] } = options
  checkLength(where, { counts }, { least: 1 })
  checkNumber(where, { counts }, { least: 0 })
  checkNumber(where, { distortion }, { least: 0 })
  // Relative to the largest, so that no power overflows.
  const largest = counts.reduce((most, count) => Math.max(most, count), 0) || 1
  const weights = counts.map(count => (count / largest) ** distortion)
  checkInteger(where, { reserved }, { least: 0, below: counts.length })
  for (const id of reserved) weights[id] = 0
  return tableNoise(where, 'counts', weights, { kind: 'unigram', counts, distortion, reserved })
}
