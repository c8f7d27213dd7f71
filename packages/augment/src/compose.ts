import { checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { rowDraws } from './row-draws.ts'

/**
 * One view after the other, each with a key of its own: foldIn(key, i). None: the batch itself.
 *
 * @example
 * ```ts
 * import { compose, randomHorizontalFlip, randomResizedCrop } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const view = compose(randomResizedCrop({ size: 12 }), randomHorizontalFlip())
 * console.log(view(key(1), uniform(key(2), [4, 16, 16, 3])).shape) // [4, 12, 12, 3]
 * ```
 */
export function compose(...views: readonly View[]): View {
  return (key, batch, part) =>
    tf.tidy(() => views.reduce<tf.Tensor4D>((x, view, i) => view(foldIn(key, i), x, part), tf.clone(batch)))
}

/**
 * A view that each picture gets with a probability of its own draw, and keeps as it is otherwise. Probability 0 draws
 * nothing.
 *
 * @throws RangeError unless 0 ≤ probability ≤ 1
 *
 * @example
 * ```ts
 * import { solarize, withProbability } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const view = withProbability(0.2, (_, batch) => solarize(batch, 0.5)) // for one picture in five
 * view(key(1), uniform(key(2), [8, 4, 4, 1])).print()
 * ```
 */
export function withProbability(probability: number, view: View): View {
  checkNumber('withProbability', { probability }, { least: 0, most: 1 })
  if (probability === 0) return (_, batch) => tf.clone(batch)
  return (key, batch, part) =>
    tf.tidy(() => {
      const count = batch.shape[0]
      const draws = rowDraws(foldIn(key, 0), count, 1, part)
      // Whole pictures from both batches: a condition stretched to every value costs wasm fifty times as much.
      const rows = Int32Array.from(draws, (draw, i) => (draw < probability ? count + i : i))
      return tf.gather(tf.concat4d([batch, view(foldIn(key, 1), batch, part)], 0), tf.tensor1d(rows, 'int32'))
    })
}

/** Pictures as their mirror images, left and right exchanged, each with the given probability. Default ½. */
export function randomHorizontalFlip(probability = 0.5): View {
  return withProbability(probability, (_, batch) => reversed(batch, 2))
}

/** Pictures upside down, each with the given probability. Default ½. */
export function randomVerticalFlip(probability = 0.5): View {
  return withProbability(probability, (_, batch) => reversed(batch, 1))
}

/** Lines along an axis from the last to the first; tfjs's reverse is thirteen times slower on wasm. */
function reversed(batch: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const size = batch.shape[axis]
  const lines = Int32Array.from({ length: size }, (_, i) => size - 1 - i)
  return tf.tidy(() => tf.gather(batch, tf.tensor1d(lines, 'int32'), axis))
}
