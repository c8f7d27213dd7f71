import { pairwiseLogSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { tensorMakers } from '../tensors.mjs'

const { tensor, made } = tensorMakers(tf)

/** The pairwise log-sum-exp of n queries and n keys [n, d], forward, or with its gradients. */
export function pairs(n, d, backward) {
  const inputs = [tensor([n, d], 1), tensor([n, d], 2)]
  const forward = (queries, keys) => pairwiseLogSumExp(queries, keys, { scale: 0.3 })
  const gradients = tf.grads((queries, keys) => tf.sum(forward(queries, keys)))
  return made(
    inputs,
    () => (backward ? gradients(inputs) : forward(...inputs)),
    () => ({ value: forward(...inputs), gradients: gradients(inputs) }),
  )
}
