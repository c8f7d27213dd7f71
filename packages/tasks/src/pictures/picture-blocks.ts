import { yielding } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import * as tf from '@tensorflow/tfjs-core'
import type { Pictures } from './pictures.ts'

/** Pictures worked on at a time where all are: fewer of large ones, that a wish to stop is heard in between. */
export function pictureBlock([height, width]: readonly number[]): number {
  return Math.max(1, Math.min(256, Math.floor(2 ** 16 / (height * width))))
}

/**
 * f of every picture on the host, a block at a time.
 *
 * @param f pictures [n, height, width, channels] in 0…1 to rows [n, dimension]
 * @throws the signal's reason when aborted, between two blocks
 * @yields [n·dimension] row-major; n is the block's size but for the last
 * @see `featuresOf` for an example
 */
export async function* overPictures(
  pictures: Pictures,
  f: (images: tf.Tensor4D) => tf.Tensor2D,
  signal?: AbortSignal,
): AsyncGenerator<{ readonly vectors: Float32Array; readonly from: number; readonly count: number }> {
  const turn = yielding(signal)
  const block = pictureBlock(pictures.shape)
  for (let from = 0; from < pictures.count; from += block) {
    await turn()
    const count = Math.min(block, pictures.count - from)
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

/**
 * f of every picture, in one array. `onProgress` is told how many are done.
 *
 * @example
 * ```ts
 * import { featuresOf, overPictures, picturesOf } from '@chiaro/tasks'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const pictures = picturesOf({ data: new Uint8Array(300 * 8 * 8).fill(255), shape: [300, 8, 8, 1] })
 * const brightness = (images: tf.Tensor4D) => tf.mean<tf.Tensor2D>(images, [1, 2])
 * const { vectors, dimension } = await featuresOf(pictures, brightness)
 * console.log(vectors.length, dimension) // 300, 1
 * // Of more than memory holds: block by block.
 * for await (const { from, count } of overPictures(pictures, brightness)) console.log(from, count) // 0 256, 256 44
 * ```
 */
export async function featuresOf(
  pictures: Pictures,
  f: (images: tf.Tensor4D) => tf.Tensor2D,
  onProgress?: (done: number) => void,
  signal?: AbortSignal,
): Promise<Features> {
  let vectors = new Float32Array(0)
  let dimension = 0
  for await (const block of overPictures(pictures, f, signal)) {
    if (block.from === 0) {
      dimension = block.vectors.length / block.count
      vectors = new Float32Array(pictures.count * dimension)
    }
    vectors.set(block.vectors, block.from * dimension)
    onProgress?.(block.from + block.count)
  }
  return { vectors, dimension }
}
