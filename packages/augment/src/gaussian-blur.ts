import { checkInteger, checkLength, checkNumber, rangeError, type View } from '@chiaro/core'
import { separableMaps } from '@chiaro/ops'
import { foldIn } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { checkPictures } from './check-pictures.ts'
import { checkRange } from './check-range.ts'
import { rowDraws } from './row-draws.ts'

export interface GaussianBlurOptions {
  /** Side of the kernel in pixels, odd; neighbours further away do not count. */
  readonly kernelSize: number
}

/**
 * Each picture with a Gaussian of its own, σ pixels wide: the mean of its neighbours with weights ∝ exp(−r²/2σ²).
 * Behind the border the picture is reflected. Equals torchvision's `gaussian_blur` of tensors.
 *
 * @param batch [batch, height, width, channels]
 * @param deviations σ of each picture, in pixels
 * @throws TypeError for another number of deviations; RangeError unless they are positive and the kernel's side is odd
 *   and its half smaller than the picture
 */
export function gaussianBlur(
  batch: tf.Tensor4D,
  deviations: ArrayLike<number>,
  { kernelSize }: GaussianBlurOptions,
): tf.Tensor4D {
  const where = 'gaussianBlur'
  checkPictures(where, batch)
  const [count, height, width] = batch.shape
  checkLength(where, { deviations }, { exactly: count, each: 'picture' })
  checkNumber(where, { deviations }, { above: 0 })
  checkKernelSize(where, kernelSize)
  const reach = (kernelSize - 1) / 2
  if (reach >= Math.min(height, width)) {
    throw rangeError(where, 'kernelSize', `below twice the side of ${height}×${width}`, String(kernelSize))
  }
  const rows = new Float32Array(count * height * height)
  const columns = new Float32Array(count * width * width)
  for (let i = 0; i < count; i++) {
    const weights = kernel(deviations[i], reach)
    writeBlur(rows.subarray(i * height * height, (i + 1) * height * height), height, weights)
    writeBlur(columns.subarray(i * width * width, (i + 1) * width * width), width, weights)
  }
  return tf.tidy(() => {
    const R = tf.tensor3d(rows, [count, height, height])
    return separableMaps(batch, R, tf.tensor3d(columns, [count, width, width]))
  })
}

export interface RandomGaussianBlurOptions extends GaussianBlurOptions {
  /** σ in pixels, uniform between these. Default [0.1, 2]. */
  readonly sigma?: readonly [least: number, most: number]
  /** The share of the pictures that are blurred. Default 1; 0 draws nothing. */
  readonly probability?: number
}

/** A width so small that every neighbour's weight is 0 in float64: the picture itself. */
const unblurred = 1e-3

/**
 * `gaussianBlur` with σ drawn for each picture. SimCLR (Chen et al. 2020, appendix A) takes a kernel of a tenth of the
 * picture's side and blurs half of the pictures: `withProbability(0.5, …)`.
 *
 * @throws RangeError unless 0 < sigma, from low to high, the kernel's side is odd, and 0 ≤ probability ≤ 1
 */
export function randomGaussianBlur(options: RandomGaussianBlurOptions): View {
  const { kernelSize, sigma = [0.1, 2], probability = 1 } = options
  const where = 'randomGaussianBlur'
  checkKernelSize(where, kernelSize)
  checkRange(where, { sigma }, { above: 0 })
  checkNumber(where, { probability }, { least: 0, most: 1 })
  return (key, batch, part) => {
    checkPictures(where, batch)
    if (probability === 0) return tf.clone(batch)
    const [draws, chosen] = [0, 1].map(i => rowDraws(foldIn(key, i), batch.shape[0], 1, part))
    const deviations = Float64Array.from(draws, (draw, i) =>
      chosen[i] < probability ? sigma[0] + draw * (sigma[1] - sigma[0]) : unblurred,
    )
    return gaussianBlur(batch, deviations, { kernelSize })
  }
}

function checkKernelSize(where: string, kernelSize: number): void {
  checkInteger(where, { kernelSize }, { least: 1 })
  if (kernelSize % 2 !== 1) throw rangeError(where, 'kernelSize', 'odd', String(kernelSize))
}

/** Weights of the pixels −reach…reach; their sum is 1. */
function kernel(deviation: number, reach: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - reach) / deviation) ** 2),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => weight / total)
}

/** The matrix [size, size] that blurs a line, reflected at its ends without repeating them. */
function writeBlur(into: Float32Array, size: number, weights: Float64Array): void {
  const reach = (weights.length - 1) / 2
  for (let i = 0; i < size; i++) {
    for (let offset = -reach; offset <= reach; offset++) {
      const from = Math.abs(i + offset)
      into[i * size + (from < size ? from : 2 * (size - 1) - from)] += weights[offset + reach]
    }
  }
}
