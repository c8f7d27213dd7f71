import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import './index.ts'

it('has replaced the reductions of tfjs once it is imported, before a backend starts', () => {
  const made: unknown[] = []
  // It has what makes a tensor and nothing that tfjs's own kernel would ask for.
  const backend = { makeTensorInfo: (...parts: unknown[]) => made.push(parts) }
  const x = { dataId: {}, shape: [2, 0], dtype: 'float32' as const }
  const attrs = { axis: 1, keepDims: true }
  tf.getKernel(tf.Min, 'webgpu').kernelFunc({ inputs: { x }, attrs, backend })
  expect(made).toEqual([[[2, 1], 'float32', Float32Array.of(Infinity, Infinity)]])
})

describeBackends(
  'tfjs, with this package alone imported,',
  () => {
    it('sums and multiplies backwards, for every length and not for the first one only', () => {
      for (const n of [2, 3, 7, 40]) {
        const values = Array.from({ length: n }, (_, i) => 1 + (i % 3) / 4)
        const sums = values.map((_, i) => values.slice(i).reduce((sum, x) => sum + x, 0))
        const products = values.map((_, i) => values.slice(i).reduce((product, x) => product * x, 1))
        const x = tf.tensor1d(values)
        expectClose(tf.cumsum(x, 0, false, true), sums)
        expectClose(tf.cumprod(x, 0, false, true), products)
        expectClose(tf.cumsum(x, 0, true, true), [...sums.slice(1), 0])
        expectClose(tf.cumprod(x, 0, true, true), [...products.slice(1), 1])
      }
    })

    it('sums backwards along an axis in the middle', () => {
      const x = tf.tensor3d([1, 2, 3, 4, 5, 6], [1, 3, 2])
      expectClose(tf.cumsum(x, 1, false, true), tf.tensor3d([9, 12, 8, 10, 5, 6], [1, 3, 2]))
    })

    it('keeps the dimensions of small products', () => {
      const x = tf.tensor2d([1, 2, 3, 4], [2, 2])
      expectClose(tf.prod(x, 1, true), tf.tensor2d([2, 12], [2, 1]))
      expectClose(tf.prod(x, 1), tf.tensor1d([2, 12]))
    })

    it('reduces nothing, and what is not nothing as before', () => {
      expectClose(tf.max(tf.zeros([2, 0]), 1), [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expectClose(tf.max(tf.tensor2d([1, 3, 2, -4], [2, 2]), 1), [3, 2])
    })
  },
  { backends: ['webgpu'] },
)
