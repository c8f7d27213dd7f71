import type * as tf from '@tensorflow/tfjs-core'

/** Says whether a parameter decays. */
export type DecayPredicate = (name: string, parameter: tf.Tensor) => boolean

const exemptName = /^(bias|gamma|beta|scale|offset|shift)$/i
const exemptPart = /norm|logitscale|logitbias/i

/**
 * Decay for kernels and embedding tables only: parameters of rank 2 and more, unless the last part of their name
 * is that of a bias or of a norm's scale (bias, gamma, beta, scale, offset, shift), or a part speaks of a norm or
 * of the logits' scale. Decaying these pulls activations to zero without regularising the function.
 *
 * @example
 * ```ts
 * import { adamW, decaysByDefault } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * console.log(decaysByDefault('head/kernel', tf.ones([2, 2])), decaysByDefault('head/bias', tf.ones([2]))) // true, false
 * // The default, and the embedding table besides.
 * const decay = (name: string, x: tf.Tensor) => decaysByDefault(name, x) && name !== 'embedding/table'
 * adamW({ decay })
 * ```
 */
export function decaysByDefault(name: string, parameter: tf.Tensor): boolean {
  if (parameter.rank < 2) return false
  const parts = name.split('/')
  return !exemptName.test(parts[parts.length - 1]) && !exemptPart.test(name)
}
