import type { RandomKey } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import { effectiveRank } from '@chiaro/evaluate'
import { alignment, uniformity } from '@chiaro/objectives'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { Pictures } from '../pictures/open-pictures.ts'
import { chunk, type SimclrModel } from './model.ts'
import { viewOf } from './views.ts'

/** How embeddings lie on the sphere. */
export interface Geometry {
  /** Mean squared distance of two views of a picture, 0 perfect, 2 unrelated (Wang and Isola 2020). */
  readonly alignment: number
  /** log mean exp(−2·distance²) over pairs of pictures, lower is more even. */
  readonly uniformity: number
  /** Roy and Vetterli 2007, at most the dimension. */
  readonly effectiveRank: number
  readonly dimension: number
  readonly pictures: number
}

/** More pictures change the third digit, and cost as their square. */
const most = 2000

/** The geometry of the encoder's output on the first pictures of a source, views drawn as in training. */
export async function geometryOf(model: SimclrModel, pictures: Pictures, key: RandomKey): Promise<Geometry> {
  const view = viewOf(model.config.training, pictures.shape)
  const count = Math.min(most, pictures.count)
  const parts: tf.Tensor2D[][] = [[], [], []]
  for (let from = 0; from < count; from += chunk) {
    const size = Math.min(chunk, count - from)
    const { images, rows } = await pictures.read(Int32Array.from({ length: size }, (_, i) => from + i))
    const ofChunk = foldIn(key, from)
    const embedded = tf.tidy(() => {
      const batch = toImageTensor(images, rows)
      const views = [batch, view(foldIn(ofChunk, 0), batch), view(foldIn(ofChunk, 1), batch)]
      return views.map(pictures => model.encoder.embed(pictures))
    })
    embedded.forEach((tensor, i) => {
      parts[i].push(tensor)
    })
  }
  const [plain, first, second] = parts.map(part => tf.concat2d(part, 0))
  const figures = tf.tidy(() => [alignment(first, second), uniformity(plain)])
  const [[aligned], [uniform]] = await Promise.all(figures.map(figure => figure.data()))
  const rank = await effectiveRank(plain)
  const dimension = plain.shape[1]
  tf.dispose([parts, plain, first, second, figures])
  return { alignment: aligned, uniformity: uniform, effectiveRank: rank, dimension, pictures: count }
}
