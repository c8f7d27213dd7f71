import { checkNumber, type View } from '@chiaro/core'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { rowDraws } from './row-draws.ts'

/** The smallest normal 32-bit float. */
const smallest = 2 ** -126

export interface RandomGammaOptions {
  /** g: log γ is uniform in ±g for each picture, so that γ and 1/γ are equally likely. Default 0.5; 0 draws nothing. */
  readonly range?: number
}

/**
 * Darker or lighter middle tones by a power of each value, x' = max(x, 0)^γ, as torchvision's `adjust_gamma` with gain 1:
 * black and white stay, and so does the order of values. γ is drawn for each picture. The
 * gradient is γ·x^(γ − 1), and 0 where x is 0 or less.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError unless range is a number from 0 to 5; TypeError for another rank
 */
export function randomGamma({ range = 0.5 }: RandomGammaOptions = {}): View {
  checkNumber('randomGamma', { range }, { least: 0, most: 5 })
  return (key, batch, part) => {
    checkPictures('randomGamma', batch)
    if (range === 0) return tf.clone(batch)
    const draws = rowDraws(foldIn(key, 0), batch.shape[0], 1, part, { minimum: -range, maximum: range })
    return tf.tidy(() => {
      const gamma = tf.tensor4d(draws.map(Math.exp), [batch.shape[0], 1, 1, 1])
      // By exp and log, which the backends compute many of at once; tfjs's pow takes fifteen times as long on wasm. Below the
      // smallest normal number there is no light to speak of, and graphics cards take it for 0.
      const power = tf.exp(tf.mul(gamma, tf.log(tf.maximum(batch, smallest))))
      return tf.mul(power, tf.step(batch)) as tf.Tensor4D
    })
  }
}
