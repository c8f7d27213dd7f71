import type { RandomKey } from '@chiaro/core'
import type { SpecifiedTokenizer } from '@chiaro/data'
import { createEncoder } from '@chiaro/encoders'
import type * as tf from '@tensorflow/tfjs-core'
import { createRepresentation, type RepresentationModel } from '../representation/model.ts'
import { embedTexts, type Reading, tokenWeights, tokenWeightsOf } from '../texts/host-texts.ts'
import { openTokenizer } from '../texts/tower.ts'
import type { SentenceConfig } from './config.ts'

export interface SentenceModel extends RepresentationModel<SentenceConfig> {
  readonly tokenizer: SpecifiedTokenizer
}

/**
 * A fresh model drawn from `key`.
 *
 * @param texts say how much each token of a bag weighs; without them the weights are 0 until a checkpoint is loaded
 */
export function createSentences(
  config: SentenceConfig,
  key: RandomKey,
  texts?: readonly string[],
): SentenceModel {
  const tokenizer = openTokenizer(config)
  const bag = config.text.kind === 'pooledText'
  const encoderOf = (ofKey: RandomKey) => createEncoder(config.text, ofKey)
  const model = bag
    ? createRepresentation(config, encoderOf, [config.textLength, 2], key)
    : createRepresentation(config, encoderOf, [config.textLength], key, 'int32')
  const buffers = bag ? { ...model.buffers, [tokenWeights]: tokenWeightsOf(tokenizer, texts) } : model.buffers
  return { ...model, buffers, tokenizer }
}

/** What a model's texts are read with. */
export const reading = ({ tokenizer, config, buffers }: SentenceModel): Reading => ({
  tokenizer,
  length: config.textLength,
  weights: buffers[tokenWeights],
})

/**
 * The encoder's output for each text, without the head: [count, dimension], which the caller disposes.
 *
 * @throws the signal's reason when aborted, between two blocks
 */
export function embedSentences(
  model: SentenceModel,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<tf.Tensor2D> {
  return embedTexts(reading(model), texts, tokens => model.encoder.embed(tokens) as tf.Tensor2D, signal)
}
