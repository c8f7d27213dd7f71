import type { EmbedOptions, Parameters, RandomKey } from '@chiaro/core'
import { adamW, embedInChunks, layerwiseRates, type Optimizer, type RateFactor } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'
import type { ClipConfig } from './config.ts'
import type { ClipModel } from './model.ts'

type Tower = 'image' | 'text'
type Training = ClipConfig['training']

const isOf = (tower: Tower) => (name: string) => name.startsWith(`${tower}/`)
const isText = isOf('text')

/** AdamW; the text tower has a weight decay of its own. */
export function optimizerOf({ beta2, weightDecay, textWeightDecay }: Training): Optimizer {
  return adamW({
    beta2,
    weightDecay,
    weightDecayFactor: name => (isText(name) && weightDecay > 0 ? textWeightDecay / weightDecay : 1),
  })
}

/** The learning rates of the towers and their layers; 0 for a tower that is frozen. */
export function rateFactorOf({ parameters, config: { training } }: ClipModel): RateFactor {
  const { freeze, layerDecay = 1, learningRate, textLearningRate } = training
  const ofText = textLearningRate === learningRate ? 1 : textLearningRate / learningRate
  const names = Object.keys(parameters)
  const [image, text] = (['image', 'text'] as const).map(tower =>
    layerwiseRates(names.filter(isOf(tower)), layerDecay),
  )
  return name => {
    if (freeze !== undefined && isOf(freeze)(name)) return 0
    return (isText(name) ? ofText : 1) * image(name) * text(name)
  }
}

/** What an average of the weights is kept of: all that changes. */
export function movingOf({ parameters, buffers, config }: ClipModel): Parameters {
  const { freeze } = config.training
  const all = Object.entries({ ...parameters, ...buffers })
  return Object.fromEntries(all.filter(([name]) => freeze === undefined || !isOf(freeze)(name)))
}

/**
 * A tower's embeddings in training, of the whole batch or by chunks (Gao et al. 2021). A frozen tower sees the batch as it will
 * afterwards, and nothing is kept for a gradient.
 *
 * @param options key, and how ranks that train together sum and which rows are a rank's: chunks take neither, as no tower that
 *   is embedded by chunks has a batch norm or drops anything
 */
export function embedInTraining(
  model: ClipModel,
  tower: Tower,
  batch: tf.Tensor,
  options: EmbedOptions & { readonly key: RandomKey },
): tf.Tensor {
  const { embed, parameters } = model[tower]
  const { freeze, chunkSize } = model.config.training
  const { key } = options
  if (freeze === tower) {
    const frozen = { parameters: {}, chunkSize: chunkSize ?? batch.shape[0], key }
    return embedInChunks(rows => embed(rows), batch, frozen)
  }
  return chunkSize === undefined
    ? embed(batch, { ...options, training: true })
    : embedInChunks((rows, key) => embed(rows, { training: true, key }), batch, {
        parameters,
        chunkSize,
        key,
      })
}
