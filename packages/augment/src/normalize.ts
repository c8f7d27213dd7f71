import { checkLength, checkNumber, type View } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'

export interface ChannelMoments {
  /** One number for each channel. */
  readonly mean: readonly number[]
  /** One positive number for each channel. */
  readonly standardDeviation: readonly number[]
}

/** Red, green and blue of ImageNet's training pictures in 0…1, as torchvision's models take them. */
export const imagenetMoments: ChannelMoments = {
  mean: [0.485, 0.456, 0.406],
  standardDeviation: [0.229, 0.224, 0.225],
}

/** Red, green and blue of CLIP's training pictures in 0…1, as OpenAI's and open_clip's towers take them. */
export const clipMoments: ChannelMoments = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  standardDeviation: [0.26862954, 0.26130258, 0.27577711],
}

/**
 * x' = (x − mean)/standardDeviation for each channel; draws nothing. The last step of a view: what follows would find
 * values outside 0…1. Equals torchvision's `normalize`.
 *
 * @returns [batch, height, width, channels] → the same shape
 * @throws RangeError unless means are finite, deviations positive, and pictures have as many channels; TypeError for
 *   another number of deviations and another rank
 *
 * @example
 * ```ts
 * import { imagenetMoments, normalize } from '@chiaro/augment'
 * import { key, uniform } from '@chiaro/random'
 *
 * const pictures = uniform(key(1), [2, 4, 4, 3])
 * console.log(normalize(imagenetMoments)(key(2), pictures).shape) // draws nothing from its key
 * ```
 */
export function normalize({ mean, standardDeviation }: ChannelMoments): View {
  checkLength('normalize', { standardDeviation }, { exactly: mean.length, each: 'mean' })
  checkNumber('normalize', { mean })
  checkNumber('normalize', { standardDeviation }, { above: 0 })
  return (_, batch) => {
    checkPictures('normalize', batch, [mean.length])
    // As batch normalisation with moments given: subtracting and dividing by rows of three is slow on wasm.
    const variance = standardDeviation.map(value => value * value)
    return tf.tidy(() =>
      tf.batchNorm4d(batch, tf.tensor1d([...mean]), tf.tensor1d(variance), undefined, undefined, 0),
    )
  }
}
