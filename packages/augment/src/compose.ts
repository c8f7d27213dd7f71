import { bernoulli, foldIn, rangeError, type View } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** One view after the other, each with a key of its own: foldIn(key, i). None: the batch itself. */
export function compose(...views: readonly View[]): View {
  return (key, batch) =>
    tf.tidy(() => views.reduce<tf.Tensor4D>((x, view, i) => view(foldIn(key, i), x), tf.clone(batch)))
}

/**
 * A view that each picture gets with a probability of its own draw, and keeps as it is otherwise. Probability 0 draws
 * nothing.
 *
 * @throws RangeError unless 0 ≤ probability ≤ 1
 */
export function withProbability(probability: number, view: View): View {
  if (!(probability >= 0 && probability <= 1)) {
    throw rangeError('withProbability', 'probability', 'between 0 and 1', String(probability))
  }
  if (probability === 0) return (_, batch) => tf.clone(batch)
  return (key, batch) =>
    tf.tidy(() => {
      const chosen = bernoulli(foldIn(key, 0), [batch.shape[0], 1, 1, 1], probability)
      return tf.where(chosen, view(foldIn(key, 1), batch), batch)
    })
}

/** Pictures as their mirror images, left and right exchanged, each with the given probability. Default ½. */
export function randomHorizontalFlip(probability = 0.5): View {
  return withProbability(probability, (_, batch) => tf.reverse(batch, 2))
}
