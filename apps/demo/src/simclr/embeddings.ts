import { nearestRows } from '@chiaro/evaluate'
import { l2Normalize } from '@chiaro/ops'
import { overPictures } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import type { LabRun } from '../shell/lab-work.ts'
import type { Neighbours, SimclrLab } from './messages.ts'

/** Embeddings of all pictures on the host, of unit length. */
export interface Embeddings {
  readonly step: number
  readonly vectors: Float32Array
  readonly dimension: number
}

/** The encoder's output without the head, as the command embeds; nothing where `isInVain` says so on the way. */
export async function embedAll(
  { model, made }: LabRun<SimclrLab>,
  step: number,
  isInVain: () => boolean,
): Promise<Embeddings | undefined> {
  const { data } = made
  let [vectors, dimension] = [new Float32Array(), 0]
  const blocks = overPictures(data, x => l2Normalize(model.encoder.embed(x)) as tf.Tensor2D)
  for await (const block of blocks) {
    if (isInVain()) return undefined
    if (block.from === 0) {
      dimension = block.vectors.length / block.count
      vectors = new Float32Array(data.count * dimension)
    }
    vectors.set(block.vectors, block.from * dimension)
  }
  return { step, vectors, dimension }
}

/** The pictures nearest to one, itself left out. */
export async function neighboursOf(
  { vectors, dimension, step }: Embeddings,
  names: readonly string[],
  picture: number,
  count = 8,
): Promise<Neighbours> {
  const query = tf.tensor2d(vectors.slice(picture * dimension, (picture + 1) * dimension), [1, dimension])
  const [rows] = await nearestRows(query, [{ vectors, names }], { top: count + 1 })
  query.dispose()
  const found = rows
    .filter(({ row }) => row !== picture)
    .slice(0, count)
    .map(({ row, score }) => ({ picture: row, cosine: score }))
  return { step, picture, found }
}

/** Some rows of others, [rows · dimension]. */
export function rowsOf(vectors: Float32Array, dimension: number, rows: Int32Array): Float32Array {
  const out = new Float32Array(rows.length * dimension)
  for (const [i, row] of rows.entries()) {
    out.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  }
  return out
}
