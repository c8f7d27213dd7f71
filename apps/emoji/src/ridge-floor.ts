import { key, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { solvePositiveDefinite } from './solve-positive-definite.ts'

/**
 * The floor a learned model must beat: ridge regression from random convolution features of a picture to
 * the TF-IDF of its caption. No gradient descent anywhere.
 *
 * Features: 256 random 5×5 filters at stride 2, ReLU, averaged over a 3×3 grid of cells, standardised over
 * the training pictures. Targets: TF-IDF with smoothed idf = ln((1 + n)/(1 + df)) + 1, rows of unit length,
 * centred. Weights W = (XᵀX + λI)⁻¹XᵀY. A picture is ranked against captions by the cosine of its prediction.
 */
export interface RidgeFloor {
  /** Features of pictures [n, features] → predicted TF-IDF vectors [n, words]. */
  predict(features: tf.Tensor2D): tf.Tensor2D
  /** Captions → their TF-IDF vectors [n, words]; words never seen in training count nothing. */
  tfIdf(captions: readonly string[]): tf.Tensor2D
  dispose(): void
}

const kernel = 5
const stride = 2
const grid = 3

/**
 * Features of pictures, a chunk of them at a time: the convolution's output is 16 times the picture.
 *
 * @param pictures [n, h, w, 3] in 0…1
 * @param options.seed of the random filters; default 0
 * @param options.filters how many; default 256
 */
export function randomConvolutionFeatures(
  pictures: tf.Tensor4D,
  options: { readonly seed?: number; readonly filters?: number } = {},
): tf.Tensor2D {
  const { seed = 0, filters = 256 } = options
  const chunk = 512
  return tf.tidy(() => {
    const channels = pictures.shape[3]
    const scale = 1 / Math.sqrt(kernel * kernel * channels)
    const weights = tf.mul(normal(key(seed), [kernel, kernel, channels, filters]), scale) as tf.Tensor4D
    const parts: tf.Tensor2D[] = []
    for (let at = 0; at < pictures.shape[0]; at += chunk) {
      const size = Math.min(chunk, pictures.shape[0] - at)
      parts.push(
        tf.tidy(() => {
          const centred = tf.sub(tf.slice4d(pictures, [at, 0, 0, 0], [size, -1, -1, -1]), 0.5) as tf.Tensor4D
          const response = tf.relu(tf.conv2d(centred, weights, stride, 'valid'))
          return tf.reshape(gridAverage(response), [size, grid * grid * filters]) as tf.Tensor2D
        }),
      )
    }
    return tf.concat2d(parts, 0)
  })
}

/** Average over a grid of cells whose borders are floor(i·n/grid) and ceil((i+1)·n/grid). */
function gridAverage(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape
  const cell = (i: number, size: number) => {
    const from = Math.floor((i * size) / grid)
    return [from, Math.ceil(((i + 1) * size) / grid) - from]
  }
  const cells: tf.Tensor4D[] = []
  for (let row = 0; row < grid; row++) {
    const [top, rows] = cell(row, height)
    for (let column = 0; column < grid; column++) {
      const [left, columns] = cell(column, width)
      const part = tf.slice4d(x, [0, top, left, 0], [batch, rows, columns, channels])
      cells.push(tf.mean(part, [1, 2], true) as tf.Tensor4D)
    }
  }
  return tf.concat4d(cells, 1)
}

/** Words as runs of letters and digits, hyphens inside kept. */
function words(caption: string): string[] {
  return caption.toLowerCase().match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? []
}

/**
 * Fits the floor, once for each strength; the Gram matrix of the features is shared.
 *
 * @param features of the training pictures, [n, features]
 * @param captions n captions, one a picture
 * @param strengths λ of each fit
 */
export function fitRidgeFloor(
  features: tf.Tensor2D,
  captions: readonly string[],
  strengths: readonly number[],
): RidgeFloor[] {
  const tfIdf = fitTfIdf(captions)
  const fitted = tf.tidy(() => {
    const { mean, variance } = tf.moments(features, 0)
    const deviation = tf.add(tf.sqrt(variance), 1e-6)
    const x = tf.div(tf.sub(features, mean), deviation) as tf.Tensor2D
    const targets = tfIdf(captions)
    const targetMean = tf.mean(targets, 0)
    const gram = tf.matMul(x, x, true, false)
    const right = tf.matMul(x, tf.sub(targets, targetMean) as tf.Tensor2D, true, false) as tf.Tensor2D
    const identity = tf.eye(x.shape[1])
    return strengths.map(strength => {
      const penalised = tf.add(gram, tf.mul(identity, strength)) as tf.Tensor2D
      return [
        solvePositiveDefinite(penalised, right),
        ...[mean, deviation, targetMean].map(one => tf.clone(one)),
      ]
    })
  })
  return fitted.map(own => ({
    predict: features =>
      tf.tidy(() => {
        const [weights, mean, deviation, targetMean] = own
        const x = tf.div(tf.sub(features, mean), deviation) as tf.Tensor2D
        return tf.add(tf.matMul(x, weights as tf.Tensor2D), targetMean) as tf.Tensor2D
      }),
    tfIdf,
    dispose: () => tf.dispose(own),
  }))
}

/** TF-IDF of captions, its words and their frequencies taken from `captions`. */
function fitTfIdf(captions: readonly string[]): (texts: readonly string[]) => tf.Tensor2D {
  const documentCounts = new Map<string, number>()
  for (const caption of captions) {
    for (const word of new Set(words(caption))) documentCounts.set(word, (documentCounts.get(word) ?? 0) + 1)
  }
  const columns = new Map([...documentCounts.keys()].sort().map((word, column) => [word, column]))
  const inverseFrequency = new Float64Array(columns.size)
  for (const [word, column] of columns) {
    inverseFrequency[column] = Math.log((1 + captions.length) / (1 + documentCounts.get(word)!)) + 1
  }
  return texts => {
    const values = new Float32Array(texts.length * columns.size)
    texts.forEach((text, row) => {
      const line = values.subarray(row * columns.size, (row + 1) * columns.size)
      for (const word of words(text)) {
        const column = columns.get(word)
        if (column !== undefined) line[column] += inverseFrequency[column]
      }
      const length = Math.sqrt(line.reduce((sum, value) => sum + value * value, 0))
      if (length > 0) for (let i = 0; i < line.length; i++) line[i] /= length
    })
    return tf.tensor2d(values, [texts.length, columns.size])
  }
}
