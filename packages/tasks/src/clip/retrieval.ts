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
 * @throws the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { key } from '@chiaro/random'
 * import { clip, meanRecall, pairsOf, retrieval } from '@chiaro/tasks'
 *
 * const images = { data: new Uint8Array(4 * 16 * 16 * 3).map((_, i) => i % 251), shape: [4, 16, 16, 3] as const }
 * const texts = ['one', 'two', 'three', 'four']
 * const small = { widths: [8], buckets: 256, embedding: 16, batchSize: 4, steps: 2 }
 * const { model } = await clip.train({ images, texts, key: key(1), ...small })
 * const both = await retrieval(clip.can, model, pairsOf(images, texts))
 * console.log(both.textToImage.recalls, both.textToImage.chance, meanRecall(both))
 * ```
 */
export async function retrieval<Model>(
  { embedImages, embedTexts }: Pick<Abilities<Model>, 'embedImages' | 'embedTexts'>,
  model: Model,
  all: Pairs,
  asked: ArrayLike<number> = Int32Array.from(all.imageOf.keys()),
  signal?: AbortSignal,
): Promise<BothDirections<RetrievalResult>> {
  if (embedImages === undefined || embedTexts === undefined) {
    throw typeError('retrieval', 'abilities', 'of a task that embeds pictures and texts', 'another')
  }
  const pictures = picturesOf(all.images)
  const { vectors, dimension } = await featuresOf(
    pictures,
    images => embedImages(model, images),
    undefined,
    signal,
  )
  const every = await embedTexts(model, all.texts, signal)
  const images = tf.tensor2d(vectors, [pictures.count, dimension])
  const { firsts, rowOf } = differentRows(await every.data<'float32'>(), every.shape[1])
  const texts = tf.tidy(() => tf.gather(every, tf.tensor1d(firsts, 'int32')))
  const textsOf = (row: number) => Array.from(all.captionsOf?.[row] ?? [all.textOf[row]], text => rowOf[text])
  const imagesOf = (row: number) => [all.imageOf[row]]
  const rows = all.imageOf.length
  const oneWay = (from: tf.Tensor2D, to: tf.Tensor2D, fromOf: Rows, toOf: Rows) => {
    const { queries, relevant } = questions(asked, rows, fromOf, toOf)
    const chosen = tf.tidy(() => tf.gather(from, tf.tensor1d(queries, 'int32')))
    return retrievalRecall(chosen, to, { relevant, signal }).finally(() => chosen.dispose())
  }
  try {
    return {
      textToImage: await oneWay(texts, images, textsOf, imagesOf),
      imageToText: await oneWay(images, texts, imagesOf, textsOf),
    }
  } finally {
    tf.dispose([images, every, texts])
  }
}

type Rows = (row: number) => readonly number[]

/** The first of each kind of equal rows, and which of those every row equals: told by a hash, and then looked at. */
function differentRows(vectors: Float32Array, dimension: number) {
  const bits = new Int32Array(vectors.buffer, vectors.byteOffset, vectors.length)
  const known = new Map<number, number[]>()
  const firsts: number[] = []
  const areEqual = (a: number, b: number) => {
    for (let j = 0; j < dimension; j++) {
      if (bits[a * dimension + j] !== bits[b * dimension + j]) return false
    }
    return true
  }
  const rowOf = Int32Array.from({ length: vectors.length / dimension }, (_, row) => {
    let hash = 0x811c9dc5
    for (let j = 0; j < dimension; j++) hash = Math.imul(hash ^ bits[row * dimension + j], 0x01000193)
    const alike = known.get(hash) ?? []
    const found = alike.find(place => areEqual(firsts[place], row))
    if (found !== undefined) return found
    known.set(hash, [...alike, firsts.length])
    return firsts.push(row) - 1
  })
  return { firsts, rowOf }
}

/** What is asked for the rows, each once, and all right answers to it. */
function questions(asked: ArrayLike<number>, rows: number, fromOf: Rows, toOf: Rows) {
  const answers = new Map<number, number[]>()
  for (let row = 0; row < rows; row++) {
    for (const query of fromOf(row)) {
      const known = answers.get(query)
      if (known === undefined) answers.set(query, [...toOf(row)])
      else known.push(...toOf(row))
    }
  }
  const queries = [...new Set(Array.from(asked, fromOf).flat())]
  return { queries, relevant: queries.map(query => answers.get(query) ?? []) }
}

/**
 * The mean of R@1, R@5 and R@10 over both directions.
 *
 * @see `retrieval` for an example
 */
export function meanRecall({ textToImage, imageToText }: BothDirections<RetrievalResult>): number {
  const all = [textToImage, imageToText].flatMap(({ recalls }) => [recalls.r1, recalls.r5, recalls.r10])
  return all.reduce((sum, value) => sum + value, 0) / all.length
}
