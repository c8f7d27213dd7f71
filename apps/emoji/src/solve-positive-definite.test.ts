import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, test } from 'vitest'
import { solvePositiveDefinite } from './solve-positive-definite.ts'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

test.each([1, 5, 128, 300])('solves A X = B for a known X of %i rows', async n => {
  // A = RᵀR/n + I is positive definite with eigenvalues of order one.
  const r = Float64Array.from({ length: n * n }, (_, i) => Math.sin(1 + i * 1.7 + (i % 13)))
  const a = new Float64Array(n * n)
  const x = Float64Array.from({ length: n * 3 }, (_, i) => Math.cos(i * 0.9))
  const b = new Float64Array(n * 3)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? 1 : 0
      for (let k = 0; k < n; k++) sum += (r[k * n + i] * r[k * n + j]) / n
      a[i * n + j] = sum
    }
  for (let i = 0; i < n; i++)
    for (let c = 0; c < 3; c++) for (let k = 0; k < n; k++) b[i * 3 + c] += a[i * n + k] * x[k * 3 + c]
  const before = tf.memory().numTensors
  const inputs = [
    tf.tensor2d(Float32Array.from(a), [n, n]),
    tf.tensor2d(Float32Array.from(b), [n, 3]),
  ] as const
  const solved = solvePositiveDefinite(...inputs)
  const values = await solved.data()
  tf.dispose([...inputs, solved])
  expect(tf.memory().numTensors).toBe(before)
  for (let i = 0; i < values.length; i++) expect(Math.abs(values[i] - x[i])).toBeLessThan(2e-4)
})

test('refuses a matrix that is not positive definite', () => {
  tf.tidy(() => {
    const a = tf.tensor2d([1, 2, 2, 1], [2, 2])
    expect(() => solvePositiveDefinite(a, tf.ones([2, 1]))).toThrow(/not positive definite at row 1/)
  })
})
