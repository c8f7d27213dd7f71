import { conflictError, type SumOverRanks } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { BatchNormResult } from './batch-norm.ts'
import {
  type ChannelNormAttributes,
  channelMoments,
  channelNormForward,
  channelNormGradient,
} from './channel-norm.ts'
import { customGradient } from './custom-gradient.ts'
import { gradientDepth } from './engine-state.ts'

interface Given {
  readonly x: tf.Tensor
  readonly scale: tf.Tensor1D
  readonly offset: tf.Tensor1D
}

/** `batchNormTraining` where x holds one rank's rows of several. */
export function batchNormOverRanks(
  { x, scale, offset }: Given,
  attributes: ChannelNormAttributes,
  sumOverRanks: SumOverRanks,
): BatchNormResult {
  if (gradientDepth() > 1) {
    const message = 'over ranks there are first derivatives only, got a second one'
    throw conflictError('batchNormTraining', 'sumOverRanks', message)
  }
  const own = x.size / scale.size
  const { mean, variance, rows } = momentsOfAll(x, own, sumOverRanks)
  const y = customGradient(
    (rowsHere, factor, shift) => ({
      value: channelNormForward({ x: rowsHere, scale: factor, offset: shift, mean, variance }, attributes),
      saved: [x, scale, offset, mean, variance],
      gradient: (dy, [ofX, ofScale, ofOffset, m, v]) =>
        gradients({ dy, x: ofX, scale: ofScale, offset: ofOffset, mean: m, variance: v }, [own, rows]),
    }),
    x,
    scale,
    offset,
  )
  return { y, mean, variance, rows }

  function gradients(inputs: Parameters<typeof channelNormGradient>[0], [own, rows]: readonly number[]) {
    return tf.tidy(() => {
      const [dx, dScale, dOffset] = channelNormGradient(inputs, attributes)
      const sums = tf.tensor2d(sumOverRanks(Float32Array.of(...dOffset.dataSync(), ...dScale.dataSync())), [
        2,
        scale.size,
      ])
      const [allOffset, allScale] = tf.unstack(sums)
      // The gradient of these rows alone took off the means of its own sums: those come back, the means of all go.
      const excess = (mine: tf.Tensor, all: tf.Tensor) => tf.sub(tf.div(mine, own), tf.div(all, rows))
      const inverse = tf.rsqrt(tf.add(inputs.variance, attributes.epsilon))
      const unit = tf.mul(tf.sub(inputs.x, inputs.mean), inverse)
      const back = tf.add(excess(dOffset, allOffset), tf.mul(unit, excess(dScale, allScale)))
      return [tf.add(dx, tf.mul(back, tf.mul(inputs.scale, inverse))), dScale, dOffset]
    })
  }
}

/** Mean and variance of the rows of all ranks, the squares taken about the common mean (Chan et al. 1979). */
function momentsOfAll(x: tf.Tensor, own: number, sumOverRanks: SumOverRanks) {
  const moments = channelMoments(x)
  const [means, variances] = [moments.mean.dataSync(), moments.variance.dataSync()]
  tf.dispose(moments)
  const [rows, ...sums] = sumOverRanks(Float32Array.of(own, ...Float32Array.from(means, m => own * m)))
  const mean = Float32Array.from(sums, sum => sum / rows)
  const squares = Float32Array.from(variances, (v, c) => own * (v + (means[c] - mean[c]) ** 2))
  const variance = Float32Array.from(sumOverRanks(squares), sum => sum / rows)
  return { mean: tf.tensor1d(mean), variance: tf.tensor1d(variance), rows }
}
