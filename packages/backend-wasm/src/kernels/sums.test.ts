import { expectClose, normalValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import '../index.ts'

beforeAll(() => useTestBackend('wasm'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

/** Sums over `axes` in 64 bits, from the definition. */
function reference(values: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): number[] {
  const kept = shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
  const sums = new Array(kept.reduce((a, b) => a * b, 1)).fill(0)
  for (let i = 0; i < values.length; i++) {
    let [at, rest, step] = [0, i, 1]
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const index = rest % shape[axis]
      rest = Math.floor(rest / shape[axis])
      at += axes.includes(axis) ? 0 : index * step
      step *= kept[axis]
    }
    sums[at] += values[i]
  }
  return sums
}

describe('sum and mean on wasm', () => {
  test('equal the 64-bit sums over any axes', () => {
    const cases = fc
      .array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 })
      .chain(shape => fc.tuple(fc.constant(shape), fc.subarray(shape.map((_, axis) => axis)), fc.boolean()))
    fc.assert(
      fc.property(cases, ([shape, axes, keepDims]) => {
        tf.tidy(() => {
          const size = shape.reduce((a, b) => a * b, 1)
          const values = normalValues(size, size)
          const x = tf.tensor(values, shape)
          const sums = reference(values, shape, axes)
          const count = axes.reduce((n, axis) => n * shape[axis], 1)
          const sum = tf.sum(x, axes, keepDims)
          const kept = shape.flatMap((n, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [n]))
          expect(sum.shape).toEqual(kept)
          expectClose(sum, sums, { absolute: 1e-5 })
          expectClose(
            tf.mean(x, axes, keepDims),
            sums.map(s => s / count),
            { absolute: 1e-5 },
          )
        })
      }),
      { seed: 20261123, numRuns: 200 },
    )
  })

  test.each([
    [[1000, 37], [0]],
    [[3, 500, 18], [1]],
    [[5, 3001], [1]],
    [
      [40, 6, 7, 21],
      [0, 1, 2],
    ],
  ])('cross the blocks of shape %j over %j', (shape, axes) => {
    const values = normalValues(
      1,
      shape.reduce((a, b) => a * b, 1),
    )
    expectClose(tf.sum(tf.tensor(values, shape), axes), reference(values, shape, axes), { absolute: 1e-4 })
  })

  test('stay accurate over a million numbers', () => {
    const third = Math.fround(1 / 3)
    const x = tf.fill([1_000_000], third)
    expectClose(tf.sum(x), [1e6 * third], { absolute: 0, relative: 1e-6 })
    expectClose(tf.sum(tf.reshape(x, [500_000, 2]), 0), [5e5 * third, 5e5 * third], {
      absolute: 0,
      relative: 1e-5,
    })
  })

  test('of no numbers are 0 and NaN', () => {
    expectClose(tf.sum(tf.zeros([0, 3]), 0), [0, 0, 0])
    expectClose(tf.mean(tf.zeros([0, 2]), 0), [Number.NaN, Number.NaN])
    expect(tf.sum(tf.zeros([0, 3]), 1).shape).toEqual([0])
    expectClose(tf.sum(tf.tensor2d([], [0, 2], 'int32'), 0), [0, 0])
  })

  test('keep integers exact', () => {
    const x = tf.tensor2d([2 ** 24 + 1, 2, 3, 4], [2, 2], 'int32')
    expect(Array.from(tf.sum(x, 0).dataSync())).toEqual([2 ** 24 + 4, 6])
  })
})
