import '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

const x = [
  [0.5, -1.25, 2],
  [-0.75, 0.25, 1.5],
]
const weights = [
  [0.3, -0.8],
  [1.1, 0.4],
  [-0.6, 0.2],
]

/** Of tfjs's float32 against the closed form in float64; half precision misses it by a factor of ten. */
const tolerance = 1e-4

/** ∂ Σ tanh(xW) / ∂W = xᵀ(1 − tanh²(xW)), in float64. */
function closedForm(): number[] {
  const activations = x.map(row =>
    [0, 1].map(j => Math.tanh(row.reduce((sum, value, k) => sum + value * weights[k][j], 0))),
  )
  return weights.flatMap((_, k) =>
    [0, 1].map(j => x.reduce((sum, row, i) => sum + row[k] * (1 - activations[i][j] ** 2), 0)),
  )
}

/**
 * Differentiates Σ tanh(xW) on the current backend and compares with the closed form.
 *
 * @returns undefined when they agree within 1e-4, else what was wrong
 */
export async function gradientFault(): Promise<string | undefined> {
  const gradient = tf.tidy(() =>
    tf.grad(w => tf.sum(tf.tanh(tf.matMul(tf.tensor2d(x), w as tf.Tensor2D))))(tf.tensor2d(weights)),
  )
  try {
    const actual = await gradient.data()
    const expected = closedForm()
    const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value)))
    if (worst <= tolerance) return undefined
    return `its gradient of a small network is off by ${worst.toPrecision(2)}`
  } finally {
    tf.dispose(gradient)
  }
}
