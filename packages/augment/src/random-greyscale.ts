import { rangeError, type View } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { withProbability } from './compose.ts'

/** How bright each channel looks (the luma of ITU-R BT.601); they sum to 1, so greys stay as they are. */
const luma = [0.299, 0.587, 0.114]

/**
 * Pictures without their colours, each with the given probability: every channel becomes
 * 0.299·red + 0.587·green + 0.114·blue. Probability 0 draws nothing.
 *
 * @param probability default 0.2, as SimCLR's (Chen et al. 2020, appendix A)
 * @returns [batch, height, width, 3] → the same shape
 * @throws RangeError unless 0 ≤ probability ≤ 1, or for pictures without three channels
 */
export function randomGreyscale(probability = 0.2): View {
  return withProbability(probability, (_, batch) => {
    if (batch.shape[3] !== 3)
      throw rangeError('randomGreyscale', 'batch', 'of 3 channels', `[${batch.shape}]`)
    return tf.tidy(() => {
      // Pixels stand in rows: three equal columns give all channels the same sum.
      const toGrey = tf.tensor2d(luma.map(share => [share, share, share]))
      return tf.reshape(tf.matMul(tf.reshape(batch, [batch.size / 3, 3]), toGrey), batch.shape)
    })
  })
}
