import { simclrViews } from '@chiaro/augment'
import type { RandomKey, View } from '@chiaro/core'
import { batches, batchPosition, toImageTensor } from '@chiaro/data'
import { ntXentLoss } from '@chiaro/objectives'
import { foldIn, key as keyOf } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { type RunConfig, type RunViews, viewsOf } from './config.ts'
import { createModel, disposeModel, type Model } from './model.ts'
import type { PictureShape, Pictures } from './pictures.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** A run's parts. Keys are taken as `chiaro train simclr` takes them: it goes on as the page would. */
export interface Run {
  readonly settings: Settings
  readonly config: RunConfig
  readonly pictures: Pictures
  readonly model: Model
  readonly key: RandomKey
}

/** Everything a run needs before its first step. */
export function prepareRun(settings: Settings, config: RunConfig, pictures: Pictures): Run {
  const key = keyOf(settings.seed)
  // Refuses a batch that is larger than the pictures are many.
  batchPosition(pictures.shape[0], 0, settings)
  return { settings, config, pictures, key, model: createModel(config, foldIn(key, 0)) }
}

export const disposeRun = ({ model }: Run): void => disposeModel(model)

/** Two views of the same pictures. */
export interface TwoViews {
  readonly first: tf.Tensor4D
  readonly second: tf.Tensor4D
}

export function viewOf({ leastCrop, strength, blur, greyscale }: RunViews, shape: PictureShape): View {
  const [height, width] = shape
  const scale = leastCrop === undefined ? undefined : ([leastCrop, 1] as const)
  return simclrViews({ size: [height, width], scale, strength, blur, greyscale })
}

/** Which pictures each step takes, from a step on. */
export function* orderFrom({ pictures, config, key }: Run, firstStep: number): Generator<Int32Array> {
  const { batchSize } = config.training
  const count = pictures.shape[0]
  const ofOrder = foldIn(foldIn(key, 1), 0)
  const position = batchPosition(count, firstStep - 1, { batchSize })
  for (const { indices } of batches(count, { batchSize, key: ofOrder, position })) yield indices
}

/** Both views of a step's pictures: pure in the run's key and the step. */
export function viewsAt(run: Run, live: LiveSettings, step: number, indices: Int32Array): TwoViews {
  const view = viewOf(viewsOf(live, run.config.training.views), run.config.shape)
  const ofStep = foldIn(foldIn(foldIn(run.key, 1), 1), step)
  return tf.tidy(() => {
    const batch = toImageTensor(run.pictures, indices)
    return { first: view(foldIn(ofStep, 0), batch), second: view(foldIn(ofStep, 1), batch) }
  })
}

/** NT-Xent of two views in nats (Chen et al. 2020): log(2N − 1) where nothing is told apart. */
export function lossOf({ whole }: Model, { first, second }: TwoViews, temperature: number): tf.Scalar {
  const z = whole.embed(tf.concat4d([first, second], 0), { training: true })
  return ntXentLoss(tf.split(z, 2) as tf.Tensor2D[], { temperature })
}
