import * as tf from '@tensorflow/tfjs-core'
import type { BackendName } from './backends.ts'
import { secondDerivative } from './second-derivative.ts'
import { tolerances } from './tolerances.ts'

/**
 * The minimum of a convex tensor function by Newton's method: gradients and Hessian are the function's own, steps are
 * float64. No parameter moves by more than 2 at once, and a step that raises the value is halved. Ends when none moves by
 * 1e-5, about what float32 gradients resolve, or by five times the relative error that the backend is granted; fails after
 * 50 steps.
 */
export function newtonMinimum(f: (x: tf.Tensor1D) => tf.Tensor, start: readonly number[]): number[] {
  const scalar = (x: tf.Tensor) => f(x as tf.Tensor1D)
  const valueAt = (at: readonly number[]) => tf.tidy(() => scalar(tf.tensor1d([...at])).dataSync()[0])
  const least = Math.max(1e-5, 5 * (tolerances[tf.getBackend() as BackendName]?.relative ?? 0))
  let at = [...start]
  for (let step = 0; step < 50; step++) {
    const { gradient, hessian } = tf.tidy(() => {
      const x = tf.tensor1d(at)
      const unit = (i: number) => tf.tensor1d(at.map((_, j) => (i === j ? 1 : 0)))
      return {
        gradient: Array.from(tf.grad(scalar)(x).dataSync()),
        hessian: at.map((_, i) => Array.from(secondDerivative(scalar, x, unit(i)).dataSync())),
      }
    })
    const direction = solve(hessian, gradient)
    const before = valueAt(at)
    const farthest = Math.max(...direction.map(Math.abs))
    let length = Math.min(1, 2 / farthest)
    const moved = () => at.map((value, i) => value - length * direction[i])
    // Rounding of the value is no rise.
    while (length > 1e-6 && !(valueAt(moved()) <= before + 1e-6 * Math.abs(before))) length /= 2
    at = moved()
    if (farthest < least) return at
  }
  throw new Error(`newtonMinimum: still moving after 50 steps, at [${at.join(', ')}]`)
}

/** x with Ax = b for a positive definite A, by Gaussian elimination. */
function solve(matrix: readonly (readonly number[])[], b: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, b[i]])
  for (let pivot = 0; pivot < rows.length; pivot++) {
    for (let i = pivot + 1; i < rows.length; i++) {
      const factor = rows[i][pivot] / rows[pivot][pivot]
      for (let j = pivot; j <= rows.length; j++) rows[i][j] -= factor * rows[pivot][j]
    }
  }
  const x = new Array<number>(rows.length).fill(0)
  for (let i = rows.length - 1; i >= 0; i--) {
    let rest = rows[i][rows.length]
    for (let j = i + 1; j < rows.length; j++) rest -= rows[i][j] * x[j]
    x[i] = rest / rows[i][i]
  }
  return x
}
