import type { Variables } from '@chiaro/core'
import { layerNorm } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** Wu & He's groups, where the channels allow. */
const mostGroups = 8

/**
 * Group normalisation with its activation (Wu & He 2018): each picture's channels in groups of equal size, each by its
 * own mean and variance over places and the group's channels; the same in training and after. The groups are the
 * largest divisor of `channels` up to 8. Variables "<name>/scale", "<name>/offset" [channels].
 */
export function groupNormLayer(
  variables: Variables,
  name: string,
  channels: number,
  activation: 'linear' | 'relu',
): (x: tf.Tensor4D) => tf.Tensor4D {
  const scale = variables.parameter(`${name}/scale`, tf.ones([channels]))
  const offset = variables.parameter(`${name}/offset`, tf.zeros([channels]))
  let groups = Math.min(mostGroups, channels)
  while (channels % groups !== 0) groups--
  const share = channels / groups
  return x => {
    const [batch, height, width] = x.shape
    const places = height * width
    const byGroup = tf.transpose(tf.reshape(x, [batch, places, groups, share]), [0, 2, 1, 3])
    const rows = tf.reshape(byGroup, [batch * groups, places * share])
    const unit = layerNorm(rows, tf.ones([places * share]), tf.zeros([places * share]))
    const back = tf.transpose(tf.reshape(unit, [batch, groups, places, share]), [0, 2, 1, 3])
    const y = tf.add(tf.mul(tf.reshape(back, x.shape), scale), offset) as tf.Tensor4D
    return activation === 'relu' ? tf.relu(y) : y
  }
}
