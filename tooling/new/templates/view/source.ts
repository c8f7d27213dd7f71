import { checkNumber, type View } from '@chiaro/core'
import { foldIn, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'

export interface TemplateNameOptions {
  /** s: the exposure is uniform in ±s stops for each picture. Default 1; 0 draws nothing. */
  readonly stops?: number
}

/**
 * Pictures exposed longer or shorter, x' = min(x·2^e, 1), with e drawn for each. Black stays black; what would be brighter
 * than white is white, and has no gradient.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError unless stops is a number from 0 to 8; TypeError for another rank
 */
export function templateName({ stops = 1 }: TemplateNameOptions = {}): View {
  checkNumber('templateName', { stops }, { least: 0, most: 8 })
  return (key, batch) => {
    checkPictures('templateName', batch)
    if (stops === 0) return tf.clone(batch)
    const draws = uniformValues(foldIn(key, 0), batch.shape[0], { minimum: -stops, maximum: stops })
    return tf.tidy(() => {
      const gain = tf.tensor4d(
        draws.map(e => 2 ** e),
        [batch.shape[0], 1, 1, 1],
      )
      return tf.minimum(tf.mul(batch, gain), 1) as tf.Tensor4D
    })
  }
}
