import { type Encoder, type RandomKey, rangeError } from '@chiaro/core'
import { createEncoder, projectionHead, withHead } from '@chiaro/encoders'
import { foldIn } from '@chiaro/random'
import { type MomentumContrast, momentumContrast } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import type { TaskModel } from '../task.ts'
import type { SimclrConfig } from './config.ts'

/** An encoder with the head it is trained through. */
export interface SimclrModel extends TaskModel<SimclrConfig> {
  readonly encoder: Encoder
  /** Encoder and head, "encoder/…" and "head/…". */
  readonly whole: Encoder
  /** With MoCo the second encoder and the queue, which are buffers. */
  readonly moco?: MomentumContrast
}

/** A fresh model drawn from `key`. */
export function createSimclr(config: SimclrConfig, key: RandomKey): SimclrModel {
  const { encoder, whole } = withHeadOf(config, key)
  const { objective, queue, momentum } = config.training
  const parts = { config, encoder, whole, parameters: whole.parameters }
  if (objective !== 'moco') return { ...parts, buffers: whole.buffers }
  const moco = momentumContrast(whole, withHeadOf(config, key).whole, {
    dimension: config.head.output,
    queue,
    momentum,
    key: foldIn(key, 2),
  })
  return { ...parts, buffers: { ...whole.buffers, ...moco.buffers }, moco }
}

function withHeadOf({ encoder: spec, head }: SimclrConfig, key: RandomKey) {
  if (!('inputShape' in spec))
    throw rangeError('simclr', 'encoder.kind', 'one that looks at pictures', spec.kind)
  const encoder = createEncoder(spec, foldIn(key, 0))
  const projection = projectionHead(
    {
      // What the encoder makes of one black picture tells the length of its embeddings.
      inputDimension: tf.tidy(() => encoder.embed(tf.zeros([1, ...spec.inputShape])).shape[1]),
      hiddenDimension: head.hidden,
      outputDimension: head.output,
      layers: head.layers,
    },
    foldIn(key, 1),
  )
  return { encoder, whole: withHead(encoder, projection) }
}
