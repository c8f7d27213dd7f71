// The floor that takes no training: one random convolution, and ridge regression on what it gives.

import { toImageTensor } from '@chiaro/data'
import { foldIn, key as keyOf, normal } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** x ↦ [batch, 4·4·256]: 5×5 random kernels at stride 2, ReLU, means of 3×3. */
export function randomConvolution(seed, width = 256) {
  const kernel = normal(foldIn(keyOf(seed), 2), [5, 5, 1, width], { standardDeviation: Math.sqrt(2 / 25) })
  return x =>
    tf.tidy(() => {
      const map = tf.relu(tf.conv2d(tf.div(tf.sub(x, 0.286), 0.353), kernel, 2, 'valid'))
      return tf.reshape(tf.avgPool(map, 3, 3, 'valid'), [x.shape[0], 4 * 4 * width])
    })
}

/**
 * Accuracy on the test pictures of ridge regression onto the classes: (XᵀX + λ·n)·W = XᵀY with standardised features
 * and a column of ones, XᵀX summed a block of pictures at a time, the system solved by conjugate gradients.
 */
export async function ridgeAccuracy(embed, { training, test }, ridge = 1e-3, chunk = 1000) {
  const count = training.shape[0]
  const rowsOf = (from, total) =>
    Int32Array.from({ length: Math.min(chunk, total - from) }, (_, i) => from + i)
  const { mean, deviation } = tf.tidy(() => {
    const sample = embed(toImageTensor(training, rowsOf(0, count)))
    const { mean, variance } = tf.moments(sample, 0)
    return { mean, deviation: tf.add(tf.sqrt(variance), 1e-3) }
  })
  const design = (pictures, rows) => {
    const x = tf.div(tf.sub(embed(toImageTensor(pictures, rows)), mean), deviation)
    return tf.concat([x, tf.ones([rows.length, 1])], 1)
  }
  let gram
  let right
  for (let from = 0; from < count; from += chunk) {
    const rows = rowsOf(from, count)
    const sums = tf.tidy(() => {
      const x = design(training, rows)
      const own = Int32Array.from(rows, row => training.labels[row])
      const y = tf.sub(tf.oneHot(tf.tensor1d(own, 'int32'), 10), 0.1)
      const [a, b] = [tf.matMul(x, x, true), tf.matMul(x, y, true)]
      return gram === undefined ? [a, b] : [tf.add(gram, a), tf.add(right, b)]
    })
    tf.dispose([gram, right].filter(Boolean))
    ;[gram, right] = sums
  }
  const weights = conjugateGradients(gram, right, ridge * count)
  let hits = 0
  for (let from = 0; from < test.shape[0]; from += chunk) {
    const rows = rowsOf(from, test.shape[0])
    const classes = tf.tidy(() => tf.argMax(tf.matMul(design(test, rows), weights), 1).dataSync())
    hits += rows.filter((row, i) => test.labels[row] === classes[i]).length
  }
  tf.dispose([gram, right, weights, mean, deviation])
  return hits / test.shape[0]
}

/** (A + shift)·X = B, each column by itself, to a residual of 1e-4 of B's. */
function conjugateGradients(a, b, shift, most = 1000) {
  return tf.tidy(() => {
    let [x, residual, direction] = [tf.zerosLike(b), tf.clone(b), tf.clone(b)]
    const squares = r => tf.sum(tf.square(r), 0, true)
    let energy = squares(residual)
    const enough = 1e-8 * tf.sum(energy).dataSync()[0]
    for (let i = 0; i < most; i++) {
      const next = tf.tidy(() => {
        const image = tf.add(tf.matMul(a, direction), tf.mul(direction, shift))
        const step = tf.div(energy, tf.sum(tf.mul(direction, image), 0, true))
        const left = tf.sub(residual, tf.mul(step, image))
        const after = squares(left)
        return [
          tf.add(x, tf.mul(step, direction)),
          left,
          tf.add(left, tf.mul(tf.div(after, energy), direction)),
          after,
        ]
      })
      tf.dispose([x, residual, direction, energy])
      ;[x, residual, direction, energy] = next
      if (tf.sum(energy).dataSync()[0] < enough) break
    }
    return x
  })
}
