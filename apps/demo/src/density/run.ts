import { disposeModel, type NoiseDistribution, type RandomKey } from '@chiaro/core'
import { langevin, type ReplayBuffer, replayBuffer } from '@chiaro/mcmc'
import { fitGaussianNoise } from '@chiaro/noise'
import { foldIn, integers, key as keyOf } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { OwnRows } from './messages.ts'
import { createModel, type Model, type ModelSpec } from './model.ts'
import { fittedNoise } from './noise.ts'
import { prepareRows, type RunRows } from './rows.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** A run's parts, between its beginning and its end. */
export interface Run {
  readonly settings: Settings
  readonly own?: OwnRows
  readonly rows: RunRows
  readonly tensors: {
    readonly training: tf.Tensor2D
    readonly aside: tf.Tensor2D
    readonly heldOut: tf.Tensor2D
  }
  /** The data's width: the mean of the columns' standard deviations. */
  readonly scale: number
  readonly spec: ModelSpec
  readonly model: Model
  readonly chains: ReplayBuffer
  readonly key: RandomKey
}

const widths = [64, 64, 64]
const chainCount = 300
/** What the network tilts is this much wider than the data, so that no row lies in its far tails. */
const baseInflation = 1.3

/** Everything a run needs before its first step. */
export async function prepareRun(settings: Settings, own?: OwnRows): Promise<Run> {
  const key = keyOf(settings.seed)
  const rows = await prepareRows(settings.source, foldIn(key, 0), own)
  const tensors = {
    training: asRows(rows.training),
    aside: asRows(rows.aside),
    heldOut: asRows(rows.heldOut),
  }
  const base = await fitGaussianNoise(tensors.training, { covariance: 'diagonal', inflation: baseInflation })
  const spec: ModelSpec = {
    energy: settings.energy,
    widths,
    base: base.spec,
    mean: rows.mean,
    deviation: rows.deviation,
  }
  return {
    settings,
    own,
    rows,
    tensors,
    scale: (rows.deviation[0] + rows.deviation[1]) / 2,
    spec,
    model: createModel(spec, foldIn(key, 1)),
    chains: replayBuffer({
      capacity: chainCount,
      eventShape: [2],
      start: (startKey, count) => base.sample(startKey, count),
      key: foldIn(key, 2),
    }),
    key,
  }
}

export function disposeRun({ tensors, model, chains }: Run): void {
  tf.dispose({ ...tensors })
  disposeModel(model)
  chains.dispose()
}

export const noiseOf = ({ tensors, rows, key }: Run, live: LiveSettings): Promise<NoiseDistribution> =>
  fittedNoise(tensors, live, rows.deviation, foldIn(key, 3))

/** Batches drawn with replacement, each by its step's own key, so that a run that goes on sees what it would have. */
export function* batchesOf({ tensors, key }: Run, firstStep: number): Generator<tf.Tensor2D> {
  const ofBatches = foldIn(key, 4)
  const count = tensors.training.shape[0]
  for (let step = firstStep; ; step++) yield pick(tensors.training, foldIn(ofBatches, step), count)
}

/** Moves the shown chains on: 20 Langevin steps on the model as it is now. */
export async function moveChains({ model, chains, scale, key }: Run, step: number): Promise<tf.Tensor> {
  const ofMove = foldIn(foldIn(key, 5), step)
  const taken = chains.take(foldIn(ofMove, 0), chainCount)
  const { state, draws } = await langevin(x => model.energy(x), taken.samples, {
    stepSize: 0.1 * scale,
    steps: 20,
    reportEvery: 20,
    clipGradient: 50 / scale,
    key: foldIn(ofMove, 1),
    onNonFinite: () => 'restart',
  })
  chains.put(taken, state.position)
  tf.dispose([taken.samples, state, draws])
  return chains.buffers.chains
}

function asRows(values: Float32Array): tf.Tensor2D {
  return tf.tensor2d(values, [values.length / 2, 2])
}

function pick(rows: tf.Tensor2D, key: RandomKey, count: number): tf.Tensor2D {
  return tf.tidy(() => tf.gather(rows, integers(key, [batchSize], { maximum: count })))
}

export const batchSize = 256
