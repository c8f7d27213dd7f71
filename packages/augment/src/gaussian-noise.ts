import { checkNumber, type View } from '@chiaro/core'
import { foldIn, normal, tensorOfRows } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface GaussianNoiseOptions {
  /** Of the noise, in the pictures' own units (0…1). Default 0.05; 0 draws nothing. */
  readonly standardDeviation?: number
}

/**
 * Pictures with independent noise on every value: x' = x + standardDeviation·n, n standard normal. Values may leave
 * 0…1. The normals are drawn on the host, so this view costs more than the others.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError unless standardDeviation is finite and not negative
 */
export function gaussianNoise({ standardDeviation = 0.05 }: GaussianNoiseOptions = {}): View {
  checkNumber('gaussianNoise', { standardDeviation }, { least: 0 })
  if (standardDeviation === 0) return (_, batch) => tf.clone(batch)
  return (key, batch, part = {}) =>
    tf.tidy(() => {
      const [count, ...picture] = batch.shape
      const noise = tensorOfRows(count, part, n =>
        normal(foldIn(key, 0), [n, ...picture], { standardDeviation }),
      )
      return tf.add(batch, noise) as tf.Tensor4D
    })
}
