import { setFlagsFromString } from 'node:v8'
import { pairwiseLogSumExp } from '@chiaro/ops'
import { expectClose, normalValues } from '@chiaro/test-kit'
import { pairwiseLogSumExp64 } from '@chiaro/test-kit/oracles/pairwise-log-sum-exp'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { kernelBuild, multiplyAdd, setMultiplyAdd } from './index.ts'

// Later versions have it without a flag.
if (process.versions.v8.startsWith('11.')) setFlagsFromString('--experimental-wasm-relaxed-simd')

async function restart(way: 'separate' | 'fused' | 'wide'): Promise<void> {
  tf.engine().reset()
  setMultiplyAdd(way)
  await tf.setBackend('wasm')
}

/** Σ_k a[i, k]·b[k, j], in float64. */
function product64(a: Float32Array, b: Float32Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let c = 0; c < k; c++) out[i * n + j] += a[i * k + c] * b[c * n + j]
  return out
}

const bits = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)

test('is fused where the engine can, and says so', () => {
  expect(multiplyAdd()).toBe('fused')
  expect(kernelBuild()).toMatch(/^[0-9a-f]{12}$/)
})

test('products of every way equal float64, and wide tiles have the bits of small ones', async () => {
  const shapes = fc.sample(fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 67 }))), {
    numRuns: 40,
    seed: 3,
  })
  // Beyond the blocks of rows, of columns and of the sum.
  shapes.push([70, 600, 530], [66, 259, 48])
  const products = new Map<string, Float32Array[]>()
  const builds = new Set<string>()
  for (const way of ['separate', 'fused', 'wide'] as const) {
    await restart(way)
    builds.add(kernelBuild())
    const found = shapes.map(([m, k, n], i) =>
      tf.tidy(() => {
        const [a, b] = [normalValues(i, m * k), normalValues(i + 100, k * n)]
        const values = tf.matMul(tf.tensor2d(a, [m, k]), tf.tensor2d(b, [k, n])).dataSync() as Float32Array
        expectClose(values, product64(a, b, m, k, n), { absolute: 4e-7 * k, relative: 1e-6 })
        return values.slice()
      }),
    )
    products.set(way, found)
  }
  expect(builds.size).toBe(3)
  const [separate, fused, wide] = ['separate', 'fused', 'wide'].map(
    way => products.get(way) as Float32Array[],
  )
  for (const [i, values] of wide.entries()) {
    expect(Buffer.compare(bits(values), bits(fused[i])), `${shapes[i]}`).toBe(0)
  }
  // It was another instruction indeed.
  expect(separate.some((values, i) => Buffer.compare(bits(values), bits(fused[i])) !== 0)).toBe(true)
})

test.each(['separate', 'fused', 'wide'] as const)('log-sum-exps and their gradients, %s', async way => {
  await restart(way)
  for (const [n, m, d] of [
    [131, 515, 70],
    [5, 17, 3],
    [128, 256, 16],
  ]) {
    tf.tidy(() => {
      const [q, k] = [normalValues(n, n * d), normalValues(m, m * d)].map(x => x.map(v => v / d ** 0.25))
      const expected = pairwiseLogSumExp64(q, k, d, {}).rows
      const f = (a: tf.Tensor, b: tf.Tensor) => pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D)
      const { value, grads } = tf.valueAndGrads(f)([tf.tensor2d(q, [n, d]), tf.tensor2d(k, [m, d])])
      expectClose(value, expected, { absolute: 2e-6, relative: 2e-6 })
      const dQueries = new Float64Array(n * d)
      for (let i = 0; i < n; i++)
        for (let j = 0; j < m; j++) {
          let z = -expected[i]
          for (let c = 0; c < d; c++) z += q[i * d + c] * k[j * d + c]
          for (let c = 0; c < d; c++) dQueries[i * d + c] += Math.exp(z) * k[j * d + c]
        }
      expectClose(grads[0], dQueries, { absolute: 4e-6, relative: 1e-5 })
    })
  }
})

test('refuses what is not one of them, and a backend that runs', async () => {
  await restart('fused')
  expect(() => setMultiplyAdd('double' as 'wide')).toThrow(/one of auto, separate, fused, wide, got "double"/)
  expect(() => setMultiplyAdd('separate')).toThrow(/before the wasm backend starts/)
})
