import { type RandomKey, type View, yielding } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import { effectiveRank } from '@chiaro/evaluate'
import { alignment, uniformity } from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Features } from '../pictures/picture-blocks.ts'
import { type Pictures, pickPictures } from '../pictures/pictures.ts'

/** How embeddings lie on the sphere. */
export interface Geometry {
  /** Mean squared distance of two views of a picture, 0 perfect, 2 unrelated (Wang and Isola 2020); where there are views. */
  readonly alignment?: number
  /** log mean exp(−2·distance²) over pairs of pictures, lower is more even. */
  readonly uniformity: number
  /** Roy and Vetterli 2007, at most the dimension. */
  readonly effectiveRank: number
  readonly dimension: number
  /** Or rows of a table. */
  readonly pictures: number
}

/** More pictures change the third digit, and cost as their square. */
const largestCount = 2000

export interface GeometryOptions {
  /** The rows of pictures, as the task embeds them. */
  readonly embed: (images: tf.Tensor4D) => tf.Tensor2D
  /** As training draws views; without it there is no alignment. */
  readonly view?: View
  readonly key: RandomKey
}

/** Pictures looked at together; their views are drawn by the block. */
const blockSize = 256

/**
 * The geometry of embeddings of the first pictures of a source.
 *
 * @example
 * ```ts
 * import { key, uniformValues } from '@chiaro/random'
 * import { geometryOf, picturesOf } from '@chiaro/tasks'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const data = Uint8Array.from(uniformValues(key(1), 50 * 8 * 8), value => 255 * value)
 * const pictures = picturesOf({ data, shape: [50, 8, 8, 1] })
 * const embed = (images: tf.Tensor4D) => tf.reshape<tf.Rank.R2>(images, [images.shape[0], 64])
 * const { alignment, uniformity } = await geometryOf(pictures, { embed, view: (_, x) => x, key: key(2) })
 * console.log(alignment, uniformity) // 0: both views are the picture itself
 * ```
 */
export async function geometryOf(
  pictures: Pictures,
  { embed, view, key }: GeometryOptions,
): Promise<Geometry> {
  const count = Math.min(largestCount, pictures.count)
  const some = pickPictures(
    pictures,
    Int32Array.from({ length: count }, (_, row) => row),
  )
  const parts: tf.Tensor2D[][] = view === undefined ? [[]] : [[], [], []]
  const turn = yielding()
  for (let from = 0; from < count; from += blockSize) {
    await turn()
    const size = Math.min(blockSize, count - from)
    const { images, rows } = await some.read(Int32Array.from({ length: size }, (_, i) => from + i))
    const ofBlock = foldIn(key, from)
    const embedded = tf.tidy(() => {
      const batch = toImageTensor(images, rows)
      const views =
        view === undefined ? [] : [view(foldIn(ofBlock, 0), batch), view(foldIn(ofBlock, 1), batch)]
      return [batch, ...views].map(seen => embed(seen))
    })
    embedded.forEach((tensor, i) => {
      parts[i].push(tensor)
    })
  }
  const [plain, first, second] = parts.map(part => tf.concat2d(part, 0))
  const geometry = await measured(plain, first === undefined ? undefined : [first, second])
  tf.dispose([parts, plain, first, second].filter(Boolean) as tf.TensorContainer)
  return geometry
}

/**
 * The geometry of the first rows of some, of which there are no views.
 *
 * @example
 * ```ts
 * import { key, normalValues } from '@chiaro/random'
 * import { geometryOfRows } from '@chiaro/tasks'
 *
 * const { effectiveRank, dimension } = await geometryOfRows({ vectors: normalValues(key(1), 8000), dimension: 8 })
 * console.log(effectiveRank, dimension) // nearly 8: all directions are used
 * ```
 */
export async function geometryOfRows({ vectors, dimension }: Features): Promise<Geometry> {
  const count = Math.min(largestCount, vectors.length / dimension)
  const plain = tf.tensor2d(vectors.subarray(0, count * dimension), [count, dimension])
  return measured(plain).finally(() => plain.dispose())
}

async function measured(plain: tf.Tensor2D, views?: readonly [tf.Tensor2D, tf.Tensor2D]): Promise<Geometry> {
  const figures = tf.tidy(() => [uniformity(plain), ...(views === undefined ? [] : [alignment(...views)])])
  const [[uniform], [aligned] = []] = await Promise.all(figures.map(figure => figure.data()))
  tf.dispose(figures)
  const [pictures, dimension] = plain.shape
  const rank = await effectiveRank(plain)
  return { alignment: aligned, uniformity: uniform, effectiveRank: rank, dimension, pictures }
}
