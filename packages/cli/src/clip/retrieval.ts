import { type BothDirections, type RetrievalResult, retrievalRecall } from '@chiaro/evaluate'
import * as tf from '@tensorflow/tfjs-core'
import { type ClipModel, embedImages, embedTexts } from './model.ts'
import type { LoadedPairs } from './pairs.ts'

/**
 * Retrieval in both directions: the captions of `asked` rows among all pictures of `all`, and their pictures among all
 * captions. Everything that `all` pairs with a query is a right answer.
 */
export async function retrieval(
  model: ClipModel,
  all: LoadedPairs,
  asked: readonly number[],
): Promise<BothDirections<RetrievalResult>> {
  const images = embedImages(model, all.images)
  const texts = await embedTexts(model, all.texts)
  try {
    return {
      textToImage: await oneWay(texts, images, asked, all.textOf, all.imageOf),
      imageToText: await oneWay(images, texts, asked, all.imageOf, all.textOf),
    }
  } finally {
    tf.dispose([images, texts])
  }
}

async function oneWay(
  from: tf.Tensor2D,
  to: tf.Tensor2D,
  asked: readonly number[],
  fromOf: Int32Array,
  toOf: Int32Array,
): Promise<RetrievalResult> {
  const answers = new Map<number, number[]>()
  for (let row = 0; row < fromOf.length; row++) {
    const known = answers.get(fromOf[row])
    if (known === undefined) answers.set(fromOf[row], [toOf[row]])
    else known.push(toOf[row])
  }
  const queries = [...new Set(asked.map(row => fromOf[row]))]
  const rows = tf.tidy(() => tf.gather(from, tf.tensor1d(queries, 'int32')))
  try {
    return await retrievalRecall(rows, to, { relevant: queries.map(query => answers.get(query) ?? []) })
  } finally {
    rows.dispose()
  }
}

/** One figure of each direction's result. */
export function pick<T>(
  both: BothDirections<RetrievalResult>,
  figure: (one: RetrievalResult) => T,
): BothDirections<T> {
  return { textToImage: figure(both.textToImage), imageToText: figure(both.imageToText) }
}

/** The mean of R@1, R@5 and R@10 over both directions. */
export function meanRecall({ textToImage, imageToText }: BothDirections<RetrievalResult>): number {
  const all = [textToImage, imageToText].flatMap(({ recalls }) => [recalls.r1, recalls.r5, recalls.r10])
  return all.reduce((sum, value) => sum + value, 0) / all.length
}
