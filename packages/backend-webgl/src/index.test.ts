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
  tf.getKernel(tf.Min, 'webgl').kernelFunc({ inputs: { x }, attrs, backend })
  expect(made).toEqual([[[2, 1], 'float32', Float32Array.of(Infinity, Infinity)]])
})

describeBackends(
  'tfjs, with this package alone imported,',
  () => {
    it('reduces nothing, and what is not nothing as before', () => {
      expectClose(tf.max(tf.zeros([2, 0]), 1), [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expectClose(tf.max(tf.tensor2d([1, 3, 2, -4], [2, 2]), 1), [3, 2])
    })

    it('has the gradients of @chiaro/ops', () => {
      const picture = tf.tensor4d([-3, -1, -2, -4], [1, 2, 2, 1])
      const slope = tf.grad(x => tf.sum(tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid')))(picture)
      expectClose(slope, [0, 1, 0, 0])
    })
  },
  { backends: ['webgl'] },
)
