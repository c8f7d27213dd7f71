import {
  inverseDocumentFrequency,
  type SpecifiedTokenizer,
  tokenizeTexts,
  toTokenTensor,
  weighTexts,
} from '@chiaro/data'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** What texts are read with. */
export interface Reading {
  readonly tokenizer: SpecifiedTokenizer
  /** The most tokens of a text that count. */
  readonly length: number
  /** Of a bag: how much each token weighs. */
  readonly weights?: tf.Variable
}

/** How much each token of a bag weighs, as texts say; without them 0 until a checkpoint is loaded. */
export function tokenWeightsOf(tokenizer: SpecifiedTokenizer, texts?: readonly string[]): tf.Variable {
  return tf.tidy(() =>
    tf.variable(
      texts === undefined
        ? tf.zeros([tokenizer.vocabularySize])
        : tf.tensor1d(inverseDocumentFrequency(tokenizer, texts, { minimumTexts: 1 })),
      false,
    ),
  )
}

/** Texts as the text tower takes them, row by row on the host. */
export interface HostTexts {
  /** The rows of `indices`, for all when absent; the caller disposes it. */
  tensor(indices?: ArrayLike<number>): tf.Tensor
}

/** Tokens that are kept: 2²² take 32 MB with their weights. */
const keptTokens = 2 ** 22

/**
 * Tokenizes once what is looked at again and again; more than `most` tokens as they are asked for, to the same bits.
 *
 * @param most default 2²²
 */
export async function prepareTexts(
  { tokenizer, length, weights }: Reading,
  texts: readonly string[],
  most = keptTokens,
): Promise<HostTexts> {
  const idWeights = await weights?.data()
  const tokensOf = (some: readonly string[]) =>
    idWeights === undefined
      ? tokenizeTexts(tokenizer, some, { length })
      : weighTexts(tokenizer, some, { idWeights, length })
  if (texts.length * length > most) {
    return {
      tensor: indices =>
        toTokenTensor(tokensOf(indices === undefined ? texts : Array.from(indices, i => texts[i]))),
    }
  }
  const tokens = tokensOf(texts)
  return { tensor: indices => toTokenTensor(tokens, indices) }
}

/** Texts embedded at a time. */
const textBlock = 256

/** Unit embeddings of prepared texts, [count, dimension]; the caller disposes them. */
export function embedTexts(
  texts: HostTexts,
  count: number,
  embed: (tokens: tf.Tensor) => tf.Tensor,
): tf.Tensor2D {
  return tf.tidy(() => {
    const parts: tf.Tensor2D[] = []
    for (let from = 0; from < count; from += textBlock) {
      const rows = Int32Array.from({ length: Math.min(textBlock, count - from) }, (_, i) => from + i)
      parts.push(tf.tidy(() => l2Normalize(embed(texts.tensor(rows))) as tf.Tensor2D))
    }
    return tf.concat2d(parts, 0)
  })
}
