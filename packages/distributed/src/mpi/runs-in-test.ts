import type { Parameters } from '@chiaro/core'
import { mlpEncoder, projectionHead, withHead } from '@chiaro/encoders'
import { clipLoss, ntXentLoss } from '@chiaro/objectives'
import { foldIn, key, normal } from '@chiaro/random'
import { adamW, constant, type FitOptions, fit, learnedLogitScale } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { clipLossOverRanks } from '../clip-over-ranks.ts'
import { type Communicator, oneRank } from '../communicator.ts'
import { fitOverRanks } from '../fit-over-ranks.ts'
import { ntXentLossOverRanks } from '../nt-xent-over-ranks.ts'

/** Of a training: the loss of each step, and parameters and buffers at the end, by name. */
export interface Trained {
  readonly losses: number[]
  readonly variables: Readonly<Record<string, number[]>>
}

export interface Run {
  readonly parameters: Parameters
  readonly buffers: Parameters
  readonly afterStep?: () => void
  /** The loss of rows from … to of a batch; over ranks where there are some. */
  loss(batch: tf.Tensor2D, rows: readonly [from: number, to: number], at?: Communicator): tf.Scalar
}

/** Rows of a batch, features of a row. */
const [n, features] = [16, 6]

function tower(seed: number) {
  const encoder = mlpEncoder({ inputDimension: features, widths: [12], norm: 'batch' }, key(seed))
  const sizes = { inputDimension: 12, hiddenDimension: 10, outputDimension: 5 }
  return withHead(encoder, projectionHead(sizes, key(seed + 1)))
}

/** Whoever has few rows draws for all of them, so that they are the same whoever has them. */
function viewOf(batch: tf.Tensor2D, seed: number, [from, to]: readonly [number, number]): tf.Tensor2D {
  const view = tf.add(batch, tf.mul(normal(key(seed), [n, features]), 0.3))
  return tf.slice(view, from, to - from) as tf.Tensor2D
}

/** SimCLR with batch norm in encoder and head. */
export function simclrRun(): Run {
  const encoder = tower(1)
  return {
    ...encoder,
    loss(batch, rows, at) {
      const views = tf.concat([viewOf(batch, 21, rows), viewOf(batch, 22, rows)])
      const z = encoder.embed(views, { training: true, sumOverRanks: at?.sum })
      if (at === undefined) return ntXentLoss(z, { views: 2 })
      return ntXentLossOverRanks(tf.split(z, 2), at)
    },
  }
}

/** CLIP with two towers and a learned scale. */
export function clipRun(): Run {
  const [image, text] = [tower(3), tower(5)]
  const scale = learnedLogitScale()
  const named = (prefix: string, variables: Parameters) =>
    Object.fromEntries(Object.entries(variables).map(([name, x]) => [`${prefix}/${name}`, x]))
  return {
    parameters: {
      ...named('image', image.parameters),
      ...named('text', text.parameters),
      ...scale.parameters,
    },
    buffers: { ...named('image', image.buffers), ...named('text', text.buffers) },
    afterStep: scale.clamp,
    loss(batch, rows, at) {
      const options = { training: true, sumOverRanks: at?.sum }
      const images = image.embed(viewOf(batch, 23, rows), options)
      const texts = text.embed(viewOf(batch, 24, rows), options)
      const logitScale = scale.scale()
      if (at === undefined) return clipLoss(images, texts, { logitScale })
      return clipLossOverRanks(images, texts, at, { logitScale })
    },
  }
}

/** Trains on ranks of so many rows each; without a communicator by `fit`, with losses of one process. */
export async function trainOnRanks(
  make: () => Run,
  communicator: Communicator | undefined,
  counts: readonly number[],
  steps: number,
): Promise<Trained> {
  const { rank } = communicator ?? oneRank()
  const from = counts.slice(0, rank).reduce((sum, count) => sum + count, 0)
  const run = make()
  const { parameters, buffers } = run
  const options: FitOptions<tf.Tensor2D> = {
    ...{ parameters, buffers, steps },
    batches: function* (step) {
      for (; ; step++) yield normal(foldIn(key(7), step), [n, features]) as tf.Tensor2D
    },
    loss: batch => run.loss(batch, [from, from + counts[rank]], communicator),
    optimizer: adamW(),
    schedule: constant(0.003),
    clipNorm: 1,
    key: key(8),
    afterStep: run.afterStep,
  }
  try {
    const losses: number[] = []
    for await (const { loss } of communicator === undefined
      ? fit(options)
      : fitOverRanks(communicator, options))
      losses.push(loss)
    const entries = Object.entries({ ...parameters, ...buffers })
    return {
      losses,
      variables: Object.fromEntries(entries.map(([name, x]) => [name, Array.from(x.dataSync())])),
    }
  } finally {
    tf.dispose([...Object.values(parameters), ...Object.values(buffers)])
  }
}

/** The largest difference between two trainings' weights. */
export function largestDifference(a: Trained, b: Trained): number {
  return Math.max(
    ...Object.entries(a.variables).flatMap(([name, values]) =>
      values.map((value, i) => Math.abs(value - b.variables[name][i])),
    ),
  )
}
