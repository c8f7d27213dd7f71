import { type Buffers, yielding } from '@chiaro/core'
import {
  inverseDocumentFrequency,
  type SpecifiedTokenizer,
  tokenizeTexts,
  toTokenTensor,
  weighTexts,
} from '@chiaro/data'
import * as tf from '@tensorflow/tfjs-core'

/** What texts are read with. */
export interface Reading {
  readonly tokenizer: SpecifiedTokenizer
  /** The most tokens of a text that count. */
  readonly length: number
  /** Of a bag: how much each token weighs. */
  readonly weights?: tf.Variable
}

/** The name under which a model keeps the weights of a bag's tokens. */
export const tokenWeights = 'tokenizer/weights'

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

/** Gives a model the weights that tokens have in another one, where their towers have some: no training changes them. */
export function copyTokenWeights(
  from: { readonly buffers: Buffers },
  to: { readonly buffers: Buffers },
): void {
  const weights = from.buffers[tokenWeights]
  if (weights !== undefined) to.buffers[tokenWeights]?.assign(weights)
}

/** Texts as the text tower takes them, row by row on the host. */
export interface HostTexts {
  /** The rows of `indices`, for all when absent; the caller disposes it. */
  tensor(indices?: ArrayLike<number>): tf.Tensor
}

/** Tokens that are kept: 2²² take 32 MB with their weights. */
const keptTokens = 2 ** 22

/** Texts as the text tower takes them; the caller disposes the tensor. */
export type TextReader = (texts: readonly string[]) => tf.Tensor

/** How texts of any moment are read, as `prepareTexts` reads them. */
export async function textReader(reading: Reading): Promise<TextReader> {
  const tokensOf = await tokenReader(reading)
  return texts => toTokenTensor(tokensOf(texts))
}

async function tokenReader({ tokenizer, length, weights }: Reading) {
  const idWeights = await weights?.data()
  return (texts: readonly string[]) =>
    idWeights === undefined
      ? tokenizeTexts(tokenizer, texts, { length })
      : weighTexts(tokenizer, texts, { idWeights, length })
}

/**
 * Tokenizes once what is looked at again and again; more than `most` tokens as they are asked for, to the same bits.
 *
 * @param most default 2²²
 */
export async function prepareTexts(
  reading: Reading,
  texts: readonly string[],
  most = keptTokens,
): Promise<HostTexts> {
  const tokensOf = await tokenReader(reading)
  if (texts.length * reading.length > most) {
    return {
      tensor: indices =>
        toTokenTensor(tokensOf(indices === undefined ? texts : Array.from(indices, i => texts[i]))),
    }
  }
  const tokens = tokensOf(texts)
  return { tensor: indices => toTokenTensor(tokens, indices) }
}

/** Texts embedded at a time: fewer where each goes through a transformer, that a wish to stop is heard in between. */
const textBlock = ({ weights, length }: Reading) =>
  weights === undefined ? Math.max(1, Math.floor(512 / length)) : 256

/**
 * Embeddings of texts, [count, dimension], each tokenized where its block is embedded; the caller disposes them.
 *
 * @throws the signal's reason when aborted, between two blocks
 */
export async function embedTexts(
  reading: Reading,
  texts: readonly string[],
  embed: (tokens: tf.Tensor) => tf.Tensor2D,
  signal?: AbortSignal,
): Promise<tf.Tensor2D> {
  const read = await textReader(reading)
  const block = textBlock(reading)
  const turn = yielding(signal)
  const parts: tf.Tensor2D[] = []
  try {
    for (let from = 0; from < texts.length; from += block) {
      await turn()
      parts.push(tf.tidy(() => embed(read(texts.slice(from, from + block)))))
    }
    return tf.concat2d(parts, 0)
  } finally {
    tf.dispose(parts)
  }
}
