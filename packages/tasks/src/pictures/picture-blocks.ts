import { yielding } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import * as tf from '@tensorflow/tfjs-core'
import type { Pictures } from './pictures.ts'

/** Pictures worked on at a time where all are. */
export const pictureBlock = 256

/**
 * f of every picture on the host, a block at a time.
 *
 * @param f pictures [n, height, width, channels] in 0…1 to rows [n, dimension]
 * @yields [n·dimension] row-major; n is the block's size but for the last
 */
export async function* overPictures(
  pictures: Pictures,
  f: (images: tf.Tensor4D) => tf.Tensor2D,
): AsyncGenerator<{ readonly vectors: Float32Array; readonly from: number; readonly count: number }> {
  const turn = yielding()
  for (let from = 0; from < pictures.count; from += pictureBlock) {
    await turn()
    const count = Math.min(pictureBlock, pictures.count - from)
    const { images, rows } = await pictures.read(Int32Array.from({ length: count }, (_, i) => from + i))
    const values = tf.tidy(() => f(toImageTensor(images, rows)))
    const vectors = await values.data<'float32'>()
    values.dispose()
    yield { vectors, from, count }
  }
}

/** Vectors on the host, one a row. */
export interface Features {
  /** [count, dimension] row-major. */
  readonly vectors: Float32Array
  readonly dimension: number
}

/** f of every picture, in one array. `onProgress` is told how many are done. */
export async function featuresOf(
  pictures: Pictures,
  f: (images: tf.Tensor4D) => tf.Tensor2D,
  onProgress?: (done: number) => void,
): Promise<Features> {
  let vectors = new Float32Array(0)
  let dimension = 0
  for await (const block of overPictures(pictures, f)) {
    if (block.from === 0) {
      dimension = block.vectors.length / block.count
      vectors = new Float32Array(pictures.count * dimension)
    }
    vectors.set(block.vectors, block.from * dimension)
    onProgress?.(block.from + block.count)
  }
  return { vectors, dimension }
}
