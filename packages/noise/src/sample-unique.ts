import { checkInteger, type RandomKey, rangeError } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import type { IdentifierNoise } from './identifier-noise.ts'

export interface UniqueSample {
  /** Distinct ids in the order in which they first came. */
  readonly ids: Int32Array
  /** How many ids were drawn until then: what `expectedUniqueCounts` asks for. */
  readonly tries: number
}

/** Draws after which a rare id is not waited for any longer. */
const mostTries = 2 ** 24

/**
 * Draws ids until `count` distinct ones are found, as TensorFlow's samplers do with `unique`. Likely ids are then in nearly
 * every sample: correct logits by `expectedUniqueCounts`, not by the noise's own probabilities. A smaller sample is the beginning
 * of a larger one.
 *
 * @throws RangeError for more ids than the noise can draw, or after 2²⁴ draws without enough of them
 *
 * @example
 * ```ts
 * import { sampleUnique, unigramNoise } from '@chiaro/noise'
 * import { key } from '@chiaro/random'
 *
 * const noise = unigramNoise({ counts: [900, 400, 60, 10] })
 * const { ids, tries } = sampleUnique(key(1), noise, 3)
 * console.log(ids, tries) // three distinct ids, and how many draws that took
 * ```
 */
export function sampleUnique(key: RandomKey, noise: IdentifierNoise, count: number): UniqueSample {
  const where = 'sampleUnique'
  checkInteger(where, { count }, { least: 0 })
  if (count > noise.support) {
    throw rangeError(
      where,
      'count',
      `at most ${noise.support}, the ids of positive probability`,
      String(count),
    )
  }
  const found = new Set<number>()
  let tries = 0
  for (let batch = 0; found.size < count; batch++) {
    if (tries >= mostTries) {
      const expected = 'smaller: the noise hardly ever draws its rarest ids'
      throw rangeError(where, 'count', expected, `${count} (${found.size} found in ${tries} draws)`)
    }
    for (const id of noise.sampleIds(foldIn(key, batch), Math.min(64 * 2 ** batch, 2 ** 16))) {
      if (found.size === count) break
      found.add(id)
      tries++
    }
  }
  return { ids: Int32Array.from(found), tries }
}
