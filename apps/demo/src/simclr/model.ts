import type { Buffers, Encoder, Parameters, RandomKey } from '@chiaro/core'
import { convEncoder, projectionHead, withHead } from '@chiaro/encoders'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { RunConfig } from './config.ts'

/** An encoder with the head it is trained through; named as the command names them. */
export interface Model {
  readonly encoder: Encoder
  /** Encoder and head, "encoder/…" and "head/…". */
  readonly whole: Encoder
  readonly parameters: Parameters
  readonly buffers: Buffers
}

/** A fresh model drawn from `key`. */
export function createModel({ encoder: spec, head }: RunConfig, key: RandomKey): Model {
  const encoder = convEncoder(spec, foldIn(key, 0))
  const { hidden, output, layers } = head
  const inputDimension = tf.tidy(() => encoder.embed(tf.zeros([1, ...spec.inputShape])).shape[1])
  const sizes = { inputDimension, hiddenDimension: hidden, outputDimension: output, layers }
  const whole = withHead(encoder, projectionHead(sizes, foldIn(key, 1)))
  return { encoder, whole, parameters: whole.parameters, buffers: whole.buffers }
}

export function disposeModel({ parameters, buffers }: Model): void {
  tf.dispose([parameters, buffers] as tf.TensorContainer)
}

/** Pictures embedded at a time. */
export const chunk = 256
