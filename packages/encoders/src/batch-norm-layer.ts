import type { EmbedOptions, Variables } from '@chiaro/core'
import { batchNormInference, batchNormTraining } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** How much of the running statistics a training batch leaves. */
const momentum = 0.9

/**
 * Batch normalisation with its activation over the last axis: the batch's statistics in training (of all
 * ranks' rows where they train together), which also move the running ones; the running ones otherwise. Variables "<name>/scale", "/offset", buffers "/mean", "/variance".
 */
export function batchNormLayer(
  variables: Variables,
  name: string,
  channels: number,
  activation: 'linear' | 'relu',
): (x: tf.Tensor, options: EmbedOptions) => tf.Tensor {
  const scale = variables.parameter(`${name}/scale`, tf.ones([channels]) as tf.Tensor1D)
  const offset = variables.parameter(`${name}/offset`, tf.zeros([channels]) as tf.Tensor1D)
  const runningMean = variables.buffer(`${name}/mean`, tf.zeros([channels]) as tf.Tensor1D)
  const runningVariance = variables.buffer(`${name}/variance`, tf.ones([channels]) as tf.Tensor1D)
  return (x, { training = false, sumOverRanks }) => {
    if (!training) return batchNormInference(x, runningMean, runningVariance, scale, offset, { activation })
    const options = { activation, sumOverRanks }
    const { y, mean, variance, rows } = batchNormTraining(x, scale, offset, options)
    move(runningMean, mean)
    // Unbiased, as at inference the statistics stand for the population's (Ioffe & Szegedy, algorithm 2).
    move(runningVariance, tf.mul(variance, rows / Math.max(1, rows - 1)))
    return y
  }
}

function move(running: tf.Variable, batch: tf.Tensor): void {
  running.assign(tf.add(tf.mul(running, momentum), tf.mul(batch, 1 - momentum)))
}
