import { typeError } from '@chiaro/core'
import { type BothDirections, type RetrievalResult, retrievalRecall } from '@chiaro/evaluate'
import * as tf from '@tensorflow/tfjs-core'
import { featuresOf } from '../pictures/picture-blocks.ts'
import { picturesOf } from '../pictures/pictures.ts'
import type { Abilities } from '../task.ts'
import type { Pairs } from './pairs.ts'

/**
 * Retrieval in both directions: the captions of `asked` rows among all pictures of `all`, and their pictures among all
 * captions. Everything that `all` pairs with a query is a right answer; captions of equal embeddings are one.
 *
 * @param asked rows of `all`. Default every one.
 */
export async function retrieval<Model>(
  { embedImages, embedTexts }: Pick<Abilities<Model>, 'embedImages' | 'embedTexts'>,
  model: Model,
  all: Pairs,
  asked: ArrayLike<number> = Int32Array.from(all.imageOf.keys()),
): Promise<BothDirections<RetrievalResult>> {
  if (embedImages === undefined || embedTexts === undefined) {
    throw typeError('retrieval', 'abilities', 'of a task that embeds pictures and texts', 'another')
  }
  const pictures = picturesOf(all.images)
  const { vectors, dimension } = await featuresOf(pictures, images => embedImages(model, images))
  const images = tf.tensor2d(vectors, [pictures.count, dimension])
  const every = await embedTexts(model, all.texts)
  const { firsts, rowOf } = differentRows(await every.data<'float32'>(), every.shape[1])
  const texts = tf.tidy(() => tf.gather(every, tf.tensor1d(firsts, 'int32')))
  const textsOf = (row: number) => Array.from(all.captionsOf?.[row] ?? [all.textOf[row]], text => rowOf[text])
  const imagesOf = (row: number) => [all.imageOf[row]]
  const rows = all.imageOf.length
  try {
    return {
      textToImage: await oneWay(texts, images, asked, rows, textsOf, imagesOf),
      imageToText: await oneWay(images, texts, asked, rows, imagesOf, textsOf),
    }
  } finally {
    tf.dispose([images, every, texts])
  }
}

/** The first of each kind of equal rows, and which of those every row equals. */
function differentRows(vectors: Float32Array, dimension: number) {
  const known = new Map<string, number>()
  const firsts: number[] = []
  const rowOf = Int32Array.from({ length: vectors.length / dimension }, (_, row) => {
    const bits = vectors.subarray(row * dimension, (row + 1) * dimension).join()
    const found = known.get(bits)
    if (found !== undefined) return found
    known.set(bits, firsts.length)
    return firsts.push(row) - 1
  })
  return { firsts, rowOf }
}

async function oneWay(
  from: tf.Tensor2D,
  to: tf.Tensor2D,
  asked: ArrayLike<number>,
  rows: number,
  fromOf: (row: number) => readonly number[],
  toOf: (row: number) => readonly number[],
): Promise<RetrievalResult> {
  const answers = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    for (const query of fromOf(row)) {
      const known = answers.get(query)
      if (known === undefined) answers.set(query, [...toOf(row)])
      else known.push(...toOf(row))
    }
  }
  const queries = [...new Set(Array.from(asked, fromOf).flat())]
  const chosen = tf.tidy(() => tf.gather(from, tf.tensor1d(queries, 'int32')))
  try {
    return await retrievalRecall(chosen, to, { relevant: queries.map(query => answers.get(query) ?? []) })
  } finally {
    chosen.dispose()
  }
}

/** The mean of R@1, R@5 and R@10 over both directions. */
export function meanRecall({ textToImage, imageToText }: BothDirections<RetrievalResult>): number {
  const all = [textToImage, imageToText].flatMap(({ recalls }) => [recalls.r1, recalls.r5, recalls.r10])
  return all.reduce((sum, value) => sum + value, 0) / all.length
}
