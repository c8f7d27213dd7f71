import { expectClose, normalValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import '../index.ts'

beforeAll(() => useTestBackend('wasm'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
const stepsOf = (shape: readonly number[]) => shape.map((_, axis) => size(shape.slice(axis + 1)))

/** Numbers 0, 1, 2, … in another order of axes, from the definition. */
function permuted(shape: readonly number[], permutation: readonly number[]): number[] {
  const steps = stepsOf(shape)
  const outShape = permutation.map(axis => shape[axis])
  const outSteps = stepsOf(outShape)
  return Array.from({ length: size(shape) }, (_, i) =>
    permutation.reduce((at, axis, k) => at + (Math.floor(i / outSteps[k]) % outShape[k]) * steps[axis], 0),
  )
}

describe('transpose on wasm', () => {
  test('puts every number in its place, for any shape and order', () => {
    const cases = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }).chain(shape =>
      fc.tuple(
        fc.constant(shape),
        fc.shuffledSubarray(
          shape.map((_, axis) => axis),
          { minLength: shape.length },
        ),
      ),
    )
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom<'float32' | 'int32'>('float32', 'int32'),
        ([shape, order], dtype) => {
          tf.tidy(() => {
            const x = tf.cast(tf.reshape(tf.range(0, size(shape)), shape), dtype)
            const y = tf.transpose(x, order)
            expect([y.shape, y.dtype]).toEqual([order.map(axis => shape[axis]), dtype])
            expect(Array.from(y.dataSync())).toEqual(permuted(shape, order))
          })
        },
      ),
      { seed: 20261123, numRuns: 300 },
    )
  })

  test('keeps types and empty shapes', () => {
    const flags = tf.tensor2d([1, 0, 0, 1, 1, 0], [2, 3], 'bool')
    expect(Array.from(tf.transpose(flags).dataSync())).toEqual([1, 1, 0, 1, 0, 0])
    expect(tf.transpose(tf.zeros([0, 3])).shape).toEqual([3, 0])
    expect(tf.transpose(tf.scalar(2)).dataSync()[0]).toBe(2)
  })
})

describe('gather on wasm', () => {
  test('takes rows along any axis, by indices of any shape', () => {
    const shape = [3, 4, 5]
    const values = normalValues(1, size(shape))
    const x = tf.tensor(values, shape)
    const ids = [2, 0, 2, 1]
    for (const axis of [0, 1, 2]) {
      const y = tf.gather(x, tf.tensor2d(ids, [2, 2], 'int32'), axis)
      const outShape = shape.map((n, k) => (k === axis ? 4 : n))
      const [from, to] = [stepsOf(shape), stepsOf(outShape)]
      const expected = Array.from({ length: size(outShape) }, (_, i) => {
        const index = to.map((step, k) => Math.floor(i / step) % outShape[k])
        index[axis] = ids[index[axis]]
        return values[index.reduce((at, n, k) => at + n * from[k], 0)]
      })
      expect(y.shape).toEqual([...shape.slice(0, axis), 2, 2, ...shape.slice(axis + 1)])
      expectClose(y, expected, { absolute: 0, relative: 0 })
    }
  })

  test('takes from each batch entry by its own indices', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3])
    const ids = tf.tensor2d([2, 0, 1, 1], [2, 2], 'int32')
    expectClose(tf.gather(x, ids, 1, 1), [3, 1, 5, 5])
  })

  test('moves integers and flags', () => {
    const ids = tf.tensor1d([1, 1, 0], 'int32')
    expect(Array.from(tf.gather(tf.tensor1d([7, -8], 'int32'), ids).dataSync())).toEqual([-8, -8, 7])
    expect(Array.from(tf.gather(tf.tensor1d([1, 0], 'bool'), ids).dataSync())).toEqual([0, 0, 1])
  })

  test.each([3, -1])('refuses index %i of 3 rows, without a leak', index => {
    const table = tf.ones([3, 2])
    const ids = tf.tensor1d([0, index], 'int32')
    const before = tf.memory().numDataBuffers
    expect(() => tf.gather(table, ids)).toThrow(
      `gather: indices must be in 0 … 2, got ${index} at position 1`,
    )
    expect(tf.memory().numDataBuffers).toBe(before)
  })
})

describe('identity on wasm', () => {
  test('shares its data, which outlive either tensor', () => {
    const x = tf.tensor1d([1, 2, 3])
    const y = tf.clone(x)
    x.dispose()
    expectClose(y, [1, 2, 3])
    const z = tf.clone(y)
    z.dispose()
    expectClose(y, [1, 2, 3])
  })

  test('leaves a variable that is assigned anew apart from its copy', () => {
    const variable = tf.variable(tf.tensor1d([1, 2]))
    const copy = tf.clone(variable)
    variable.assign(tf.tensor1d([3, 4]))
    expectClose(copy, [1, 2])
    variable.dispose()
  })
})
