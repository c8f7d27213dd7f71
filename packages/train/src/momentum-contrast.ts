import {
  type Buffers,
  checkInteger,
  checkNumber,
  type EmbedOptions,
  type Encoder,
  type RandomKey,
  typeError,
} from '@chiaro/core'
import { enqueue } from '@chiaro/objectives'
import { l2Normalize, stopGradient } from '@chiaro/ops'
import { normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

export interface MomentumContrastOptions {
  /** d, of the embeddings. */
  readonly dimension: number
  /** q, how many keys the queue holds. Default 4096; MoCo has 65,536 for ImageNet. */
  readonly queue?: number
  /** m, how slowly the key encoder follows. Default 0.999. */
  readonly momentum?: number
  /** Draws the queue's first rows. */
  readonly key: RandomKey
}

/** How a batch's keys are made: what the key encoder is told, `key` for one that draws, as dropout does. */
export interface KeysOptions extends Omit<EmbedOptions, 'training'> {
  /**
   * What enters the queue for a step's keys. Where ranks train together: those of all, in the order of ranks, so that the
   * queue is the same on each. Default: the keys.
   */
  readonly enqueued?: (keys: tf.Tensor2D) => tf.Tensor2D
}

/** A momentum encoder and its queue; `fit` keeps both in the checkpoint through `buffers`. */
export interface MomentumContrast {
  /** "momentum/<name>" for the key encoder's parameters and buffers, and "queue/keys". */
  readonly buffers: Buffers
  /** [q, d] unit rows: what `infoNceLoss` takes as `queue`. */
  readonly queue: tf.Tensor2D
  /**
   * Unit keys of a batch by the key encoder, [n, d], without gradient. `afterStep` puts them (or what `enqueued` makes of
   * them) in the queue.
   */
  keys(x: tf.Tensor, options?: KeysOptions): tf.Tensor2D
  /**
   * What `fit` calls after each step: the key encoder moves towards the query encoder, the step's keys replace the
   * oldest. Batches must all have the same size, as where the oldest are follows from the step's number.
   */
  afterStep(step: number): void
}

/**
 * Momentum contrast (MoCo, He et al. 2020, algorithm 1): keys come from a second encoder whose parameters θ_k follow
 * those of the trained one after each step,
 *
 *   θ_k ← m·θ_k + (1 − m)·θ_q,
 *
 * and the keys of past batches are kept as negatives in a queue, first in, first out. It begins with the trained
 * encoder's values, and random unit rows in the queue.
 *
 *   const moco = momentumContrast(query, keyEncoder, { dimension: 64, key })
 *   fit({ parameters: query.parameters, buffers: { ...query.buffers, ...moco.buffers },
 *         loss: ([a, b]) => infoNceLoss(query.embed(a, { training: true }), moco.keys(b), { queue: moco.queue, mask }),
 *         afterStep: moco.afterStep, … })
 *
 * with the identity as `mask` for MoCo's own loss, or without one to take the batch's other keys as negatives too.
 *
 * @param query the encoder that is trained
 * @param second an encoder of the same parameters and buffers, which belongs to the result from now on
 * @throws TypeError unless both have the same names and shapes; RangeError for sizes and unless 0 ≤ momentum < 1
 */
export function momentumContrast(
  query: Encoder,
  second: Encoder,
  options: MomentumContrastOptions,
): MomentumContrast {
  const where = 'momentumContrast'
  const { dimension, queue: size = 4096, momentum = 0.999, key } = options
  checkInteger(where, { dimension, queue: size }, { least: 1 })
  checkNumber(where, { momentum }, { least: 0, below: 1 })
  const [own, others] = [
    { ...query.parameters, ...query.buffers },
    { ...second.parameters, ...second.buffers },
  ]
  for (const name of new Set([...Object.keys(own), ...Object.keys(others)])) {
    if (String(own[name]?.shape) === String(others[name]?.shape)) continue
    const expected = `${name} [${own[name]?.shape ?? 'none'}], as query has`
    throw typeError(where, 'second', expected, `[${others[name]?.shape ?? 'none'}]`)
  }
  for (const [name, variable] of Object.entries(others)) variable.assign(own[name])
  const queue = tf.tidy(() => tf.variable(l2Normalize(normal(key, [size, dimension])) as tf.Tensor2D, false))
  let latest: tf.Tensor2D | undefined
  return {
    buffers: {
      ...Object.fromEntries(Object.entries(others).map(([name, variable]) => [`momentum/${name}`, variable])),
      'queue/keys': queue,
    },
    queue: queue as unknown as tf.Tensor2D,
    keys(x, { enqueued, ...embedding } = {}) {
      const keys = tf.tidy(
        () => stopGradient(l2Normalize(second.embed(x, { ...embedding, training: true }))) as tf.Tensor2D,
      )
      latest?.dispose()
      latest = tf.tidy(() => tf.keep(enqueued === undefined ? tf.clone(keys) : enqueued(keys)))
      return keys
    },
    afterStep(step) {
      if (latest === undefined) return
      const added = latest
      latest = undefined
      tf.tidy(() => {
        for (const [name, theta] of Object.entries(second.parameters)) {
          const trained = query.parameters[name]
          theta.assign(tf.add(tf.mul(theta, momentum), tf.mul(trained, 1 - momentum)))
        }
        const position = ((step - 1) * added.shape[0]) % size
        queue.assign(enqueue({ keys: queue as tf.Tensor2D, position }, added, { normalize: false }).keys)
      })
      added.dispose()
    },
  }
}
