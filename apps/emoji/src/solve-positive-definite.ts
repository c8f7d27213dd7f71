import * as tf from '@tensorflow/tfjs-core'

/** Rows and columns of a block: the part done in plain float64 loops; the rest is matrix products. */
const blockSize = 128

/**
 * Solves A X = B for a symmetric positive definite A [n, n] and B [n, m]: A = LLᵀ by blocks, then two
 * triangular solves. Diagonal blocks are factored and inverted in float64 on the host, everything else is
 * matMul, so the time is that of the products.
 */
export function solvePositiveDefinite(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const n = a.shape[0]
    const starts = Array.from({ length: Math.ceil(n / blockSize) }, (_, i) => i * blockSize)
    const sizes = starts.map(start => Math.min(blockSize, n - start))

    // The lower triangle as block columns: below[j] is L[j-th block and down, j-th block].
    const inverses: tf.Tensor2D[] = []
    const below: tf.Tensor2D[] = []
    let rest = a
    for (let j = 0; j < starts.length; j++) {
      const size = sizes[j]
      const left = rest.shape[0] - size
      const corner = tf.slice2d(rest, [0, 0], [size, size])
      const inverse = tf.tensor2d(inverseOfCholesky(corner.dataSync() as Float32Array, size), [size, size])
      inverses.push(inverse)
      if (left === 0) break
      const panel = tf.matMul(tf.slice2d(rest, [size, 0], [left, size]), inverse, false, true) as tf.Tensor2D
      below.push(panel)
      const trailing = tf.slice2d(rest, [size, size], [left, left])
      rest = tf.sub(trailing, tf.matMul(panel, panel, false, true)) as tf.Tensor2D
    }

    // Forward: L Y = B.
    const forward: tf.Tensor2D[] = []
    let right = b
    for (let j = 0; j < starts.length; j++) {
      const y = tf.matMul(inverses[j], tf.slice2d(right, [0, 0], [sizes[j], -1])) as tf.Tensor2D
      forward.push(y)
      if (j < below.length)
        right = tf.sub(tf.slice2d(right, [sizes[j], 0], [-1, -1]), tf.matMul(below[j], y)) as tf.Tensor2D
    }
    // Backward: Lᵀ X = Y.
    let solution: tf.Tensor2D | undefined
    for (let j = starts.length - 1; j >= 0; j--) {
      const known = solution ? tf.sub(forward[j], tf.matMul(below[j], solution, true, false)) : forward[j]
      const x = tf.matMul(inverses[j], known as tf.Tensor2D, true, false) as tf.Tensor2D
      solution = solution ? tf.concat2d([x, solution], 0) : x
    }
    return solution!
  })
}

/** L⁻¹ (lower triangular) of the Cholesky factor L of a row-major block; float64 inside. */
function inverseOfCholesky(block: Float32Array, n: number): Float32Array {
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = block[i * n + j]
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k]
      if (i !== j) l[i * n + j] = sum / l[j * n + j]
      else if (sum > 0) l[i * n + i] = Math.sqrt(sum)
      else
        throw new Error(`solvePositiveDefinite: the matrix is not positive definite at row ${i} of a block`)
    }
  }
  const inverse = new Float64Array(n * n)
  for (let column = 0; column < n; column++) {
    for (let i = column; i < n; i++) {
      let sum = i === column ? 1 : 0
      for (let k = column; k < i; k++) sum -= l[i * n + k] * inverse[k * n + column]
      inverse[i * n + column] = sum / l[i * n + i]
    }
  }
  return Float32Array.from(inverse)
}
