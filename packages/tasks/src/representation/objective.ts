import { infoNceLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'

/** What losses of representations are told, each its own part of it. */
export interface ObjectiveNumbers {
  readonly temperature?: number
  readonly queue?: number
  readonly momentum?: number
  readonly prior?: number
  readonly concentration?: number
  readonly offDiagonalWeight?: number
  readonly invarianceWeight?: number
  readonly varianceWeight?: number
  readonly covarianceWeight?: number
  readonly uniformityWeight?: number
}

/** What the head makes of a step's samples. */
export interface Projections {
  /** [views·n, d], view-major. */
  readonly z: tf.Tensor2D
  readonly views: number
  /** [n] the class of each sample, where the loss asks for it. */
  readonly classes?: Int32Array
  /** With MoCo, whose z are the queries of one view: the keys of the other [n, d], and the queue. */
  readonly moco?: { readonly keys: tf.Tensor2D; readonly queue: tf.Tensor2D }
}

/** How many rows a loss sees, and of what dimension. */
export interface LossSize {
  readonly views: number
  readonly batchSize: number
  readonly dimension: number
}

/** A loss of representations as a choice. */
export interface Objective {
  /** The numbers that belong to it. */
  readonly numbers: readonly (keyof ObjectiveNumbers)[]
  /** Whether it learns from the classes of the samples. */
  readonly classes?: boolean
  loss(projections: Projections, numbers: ObjectiveNumbers): tf.Scalar
  /** Its value where all projections are the same. */
  indifferent(size: LossSize, numbers: ObjectiveNumbers): number
  /** How many keys the right one is among, of a loss that bounds the mutual information of two views. */
  candidates?(size: LossSize, numbers: ObjectiveNumbers): number | undefined
}

/** The mean of a loss of two views over every two of several. */
export function overPairs(
  { z, views }: Projections,
  loss: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Scalar,
): tf.Scalar {
  return tf.tidy(() => {
    const parts = tf.split(z, views) as tf.Tensor2D[]
    const losses = parts.flatMap((x, i) => parts.slice(i + 1).map(y => loss(x, y)))
    return tf.div(tf.addN(losses), losses.length)
  }) as tf.Scalar
}

/** MoCo's loss (He et al. 2020): a query's negatives are the queue's keys alone, not those of its own batch. */
export function mocoLoss({ z, moco }: Projections, { temperature }: ObjectiveNumbers): tf.Scalar {
  const mask = tf.cast(tf.eye(z.shape[0]), 'bool') as tf.Tensor2D
  const { keys, queue } = moco as NonNullable<Projections['moco']>
  return infoNceLoss(z, keys, { temperature, queue, mask })
}
