import { checkScalar, checkShape } from '@chiaro/core'
import { customGradient, softplus } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { prepared } from './prepared.ts'
import { type Reduced, type Reduction, reduce } from './reduction.ts'
import { logitScaleOf, type ScaleOptions } from './scale.ts'

export interface SiglipLossOptions<R extends Reduction = Reduction> extends ScaleOptions {
  /** b, added to every logit: a number, or a scalar tensor, which then gets a gradient. Default −10. */
  readonly logitBias?: number | tf.Tensor
  /** [q, d] further texts, wrong for every image: those of other ranks, say. They get their gradient. Default: none. */
  readonly negatives?: tf.Tensor
  /** Whether embeddings are divided by their lengths first. Default true. */
  readonly normalize?: boolean
  /** Default 'mean'. */
  readonly reduction?: R
}

/** Pairs are looked at in squares of this many images by as many texts. */
const tileSize = 256

/**
 * Pairwise sigmoid loss in nats (Zhai et al. 2023): image i and text j belong together when i = j, and with
 * y_ij = 1 for these, −1 for all others,
 *
 *   L = −1/n Σ_ij log σ(y_ij·(s·x_iᵀt_j + b)):
 *
 * a sum over all n² pairs divided by n, so it grows with the batch. s is 10 and b is −10 unless given, as the paper
 * starts them: an untrained model then pays about 10 for each right pair and next to nothing for wrong ones. Unlike
 * the ranking losses this one has no denominator that couples the pairs, and b is no constant that cancels.
 *
 * Memory: pairs are computed in squares of 256² and again for the gradient, so beside inputs and results about 25
 * squares (256 kB each) live at a time, whatever n. Only a second derivative keeps all of them.
 *
 * @param image [n, d]
 * @param text [n, d], row i the text of image i
 * @returns a scalar, or with reduction 'none' the sum over texts for each image, [n]
 * @throws TypeError for shapes or dtypes that don't fit, for temperature beside logitScale; RangeError for a bias that
 *   is not finite
 *
 * @example
 * ```ts
 * import { siglipLoss } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const [images, texts] = [1, 2].map(seed => normal(key(seed), [64, 16]))
 * siglipLoss(images, texts, { logitScale: tf.scalar(10), logitBias: tf.scalar(-10) }).print()
 * ```
 */
export function siglipLoss<R extends Reduction = 'mean'>(
  image: tf.Tensor,
  text: tf.Tensor,
  options: SiglipLossOptions<R> = {},
): Reduced<R> {
  const where = 'siglipLoss'
  const { logitBias = -10, negatives, normalize = true, reduction = 'mean' } = options
  const scale = logitScaleOf(where, options, 10)
  checkScalar(where, { logitBias })
  const { d } = checkShape(where, { image, text }, ['n', 'd'])
  if (negatives !== undefined) checkShape(where, { negatives }, ['q', d])
  return tf.tidy(() => {
    const texts = negatives === undefined ? text : tf.concat([text, negatives])
    const rows = pairSums(
      prepared(image, normalize),
      prepared(texts, normalize),
      asScalar(scale),
      asScalar(logitBias),
    )
    return reduce(where, rows, reduction)
  }) as Reduced<R>
}

function asScalar(x: number | tf.Tensor): tf.Tensor {
  return typeof x === 'number' ? tf.scalar(x) : tf.reshape(x, [])
}

/** [n]: Σ_j softplus(−y_ij·z_ij) over at least n texts. */
function pairSums(image: tf.Tensor2D, text: tf.Tensor2D, scale: tf.Tensor, bias: tf.Tensor): tf.Tensor {
  const tiles = { images: tilesOf(image.shape[0]), texts: tilesOf(text.shape[0]) }
  return customGradient(
    (x, t, s, b) => {
      const rows = tiles.images.map(images => {
        const sums: tf.Tensor[] = []
        for (const texts of tiles.texts)
          accumulate(
            sums,
            0,
            tf.tidy(() => tf.sum(softplus(costs(x, t, s, b, images, texts).cost), 1)),
          )
        return sums[0]
      })
      return {
        value: rows.length === 0 ? tf.zeros([0]) : tf.concat(rows),
        saved: [x, t, s, b],
        gradient: (dy, saved) => pairSumsGradient(dy, saved, tiles),
      }
    },
    image,
    text,
    scale,
    bias,
  )
}

type Range = readonly [from: number, to: number]

interface Tiles {
  readonly images: readonly Range[]
  readonly texts: readonly Range[]
}

function tilesOf(n: number): Range[] {
  return Array.from({ length: Math.ceil(n / tileSize) }, (_, t) => [
    t * tileSize,
    Math.min(n, (t + 1) * tileSize),
  ])
}

/** −y·z of a tile, and the tile's cosines and −y. Where all pairs are wrong, −y is 1 and left out. */
function costs(x: tf.Tensor, t: tf.Tensor, s: tf.Tensor, b: tf.Tensor, images: Range, texts: Range) {
  const cosines = tf.matMul(tileRows(x, images), tileRows(t, texts), false, true)
  const z = tf.add(tf.mul(cosines, s), b)
  const right = images[0] === texts[0] ? tf.eye(images[1] - images[0], texts[1] - texts[0]) : undefined
  const sign = right && tf.sub(1, tf.mul(right, 2))
  return { cost: sign === undefined ? z : tf.mul(z, sign), cosines, sign }
}

/** With g_ij = −y·σ(−y·z)·dy_i: [s·g·t, s·gᵀ·x, Σ g∘cosine, Σ g]. */
function pairSumsGradient(dy: tf.Tensor, [x, t, s, b]: tf.Tensor[], tiles: Tiles): tf.Tensor[] {
  if (tiles.images.length === 0) return [x, t, s, b].map(input => tf.zerosLike(input))
  const imageParts: tf.Tensor[] = []
  const textSums: tf.Tensor[] = []
  const totals: tf.Tensor[] = []
  for (const images of tiles.images) {
    const ofImages: tf.Tensor[] = []
    for (const [at, texts] of tiles.texts.entries()) {
      const [toImages, toTexts, toScale, toBias] = tf.tidy(() => {
        const { cost, cosines, sign } = costs(x, t, s, b, images, texts)
        const slope = tf.mul(tf.sigmoid(cost), tf.expandDims(tileRows(dy, images), 1))
        const g = (sign === undefined ? slope : tf.mul(slope, sign)) as tf.Tensor2D
        return [
          tf.matMul(g, tileRows(t, texts)),
          tf.matMul(g, tileRows(x, images), true, false),
          tf.sum(tf.mul(g, cosines)),
          tf.sum(g),
        ]
      })
      accumulate(ofImages, 0, toImages)
      accumulate(textSums, at, toTexts)
      accumulate(totals, 0, toScale)
      accumulate(totals, 1, toBias)
    }
    imageParts.push(ofImages[0])
  }
  return [tf.mul(tf.concat(imageParts), s), tf.mul(tf.concat(textSums), s), totals[0], totals[1]]
}

/** Adds to a running sum and gives back the old one, so that one of each lives at a time. */
function accumulate(sums: tf.Tensor[], at: number, added: tf.Tensor): void {
  const before = sums[at]
  if (before === undefined) {
    sums[at] = added
    return
  }
  sums[at] = tf.add(before, added)
  tf.dispose([before, added])
}

function tileRows(x: tf.Tensor, [from, to]: Range): tf.Tensor2D {
  if (from === 0 && to === x.shape[0]) return x as tf.Tensor2D
  return tf.slice(x, from, to - from) as tf.Tensor2D
}
