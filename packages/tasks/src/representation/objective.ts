import { type Communicator, meanOverRanks } from '@chiaro/distributed'
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

/** Which sample was mixed into each, and how much of itself each has kept. */
export interface Mix {
  readonly partners: Int32Array
  readonly shares: Float32Array
}

/** What the head makes of a step's samples. */
export interface Projections {
  /** [views·n, d], view-major. */
  readonly z: tf.Tensor2D
  readonly views: number
  /** [local views·n, d], view-major: of smaller views. */
  readonly locals?: tf.Tensor2D
  /** Where the first view was of mixed samples. */
  readonly mix?: Mix
  /** [n] the class of each sample, where the loss asks for it. */
  readonly classes?: Int32Array
  /** With MoCo, whose z are the queries of one view: the keys of the other [n, d], and the queue. */
  readonly moco?: { readonly keys: tf.Tensor2D; readonly queue: tf.Tensor2D }
}

/** How many rows a loss sees, and of what dimension. */
export interface LossSize {
  readonly views: number
  /** Smaller views beside them. Default 0. */
  readonly locals?: number
  /** Whether the first view is of mixed samples. */
  readonly mixed?: boolean
  readonly batchSize: number
  readonly dimension: number
}

/** A loss of representations as a choice. */
export interface Objective {
  /** The numbers that belong to it. */
  readonly numbers: readonly (keyof ObjectiveNumbers)[]
  /** Whether it learns from the classes of the samples. */
  readonly classes?: boolean
  /** Whether it takes smaller views too. */
  readonly locals?: boolean
  loss(projections: Projections, numbers: ObjectiveNumbers): tf.Scalar
  /**
   * This rank's share of the loss of the projections of all, where there is a cheaper way than to gather them; undefined where
   * there is none for these projections.
   */
  overRanks?(projections: Projections, numbers: ObjectiveNumbers, ranks: Communicator): tf.Scalar | undefined
  /** Its value where all projections are the same. */
  indifferent(size: LossSize, numbers: ObjectiveNumbers): number
  /** How many keys the right one is among, of a loss that bounds the mutual information of two views. */
  candidates?(size: LossSize, numbers: ObjectiveNumbers): number | undefined
}

/** The mean of a loss of two views over every two of several, of which at most one is a smaller one. */
export function overPairs(
  { z, views, locals }: Projections,
  loss: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Scalar,
): tf.Scalar {
  return tf.tidy(() => {
    const parts = tf.split(z, views) as tf.Tensor2D[]
    const smaller = locals === undefined ? [] : tf.split(locals, (locals.shape[0] * views) / z.shape[0])
    const losses = parts.flatMap((x, i) =>
      [...parts.slice(i + 1), ...smaller].map(y => loss(x, y as tf.Tensor2D)),
    )
    return tf.div(tf.addN(losses), losses.length)
  }) as tf.Scalar
}

/**
 * InfoNCE of multi-crop (Caron et al. 2020, "Unsupervised learning of visual features by contrasting cluster assignments",
 * section 3.2): every view, the smaller ones too, is an anchor; its keys are the larger views of all samples but itself, and
 * those of its own sample, or class, are right. Without smaller views this is NT-Xent, or SupCon.
 *
 * @param ofSample [n] equal numbers, one sample or class
 */
export function multiCropLoss(
  { z, views, locals }: Projections,
  ofSample: ArrayLike<number>,
  { temperature }: ObjectiveNumbers,
): tf.Scalar {
  return tf.tidy(() => {
    const anchors = (locals === undefined ? z : tf.concat([z, locals], 0)) as tf.Tensor2D
    const n = z.shape[0] / views
    const groups = (rows: number) => Int32Array.from({ length: rows }, (_, row) => ofSample[row % n])
    const positives = { queryGroups: groups(anchors.shape[0]), keyGroups: groups(z.shape[0]) }
    return infoNceLoss(anchors, z, { temperature, positives, mask: { excludeSelf: true } })
  })
}

/** MoCo's loss (He et al. 2020): a query's negatives are the queue's keys alone, not those of its own batch. */
export function mocoLoss(projections: Projections, numbers: ObjectiveNumbers): tf.Scalar {
  return infoNceLoss(...mocoTerms(projections, numbers))
}

/** Its share: a query needs no others than the queue, which every rank has. */
export function mocoOverRanks(
  projections: Projections,
  numbers: ObjectiveNumbers,
  ranks: Communicator,
): tf.Scalar {
  const [queries, keys, options] = mocoTerms(projections, numbers)
  return tf.tidy(() => meanOverRanks(infoNceLoss(queries, keys, { ...options, reduction: 'none' }), ranks))
}

function mocoTerms({ z, moco }: Projections, { temperature }: ObjectiveNumbers) {
  const mask = tf.cast(tf.eye(z.shape[0]), 'bool') as tf.Tensor2D
  const { keys, queue } = moco as NonNullable<Projections['moco']>
  return [z, keys, { temperature, queue, mask }] as const
}
