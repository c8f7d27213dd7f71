import { expectClose, normalValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import '../index.ts'

beforeAll(() => useTestBackend('wasm'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

interface Operand {
  readonly values: Float32Array
  readonly shape: readonly number[]
}

/** Element (batch, row, column) of an operand, its batch axes broadcast by size 1 or absence. */
function element({ values, shape }: Operand, batch: readonly number[], row: number, column: number): number {
  const [rows, columns] = shape.slice(-2)
  const own = shape.slice(0, -2)
  const index = own.reduce((at, size, axis) => {
    const i = batch[batch.length - own.length + axis]
    return at * size + (size === 1 ? 0 : i)
  }, 0)
  return values[(index * rows + row) * columns + column]
}

/** The product in 64 bits, from its definition. */
function reference(
  a: Operand,
  b: Operand,
  transposeA: boolean,
  transposeB: boolean,
  batch: readonly number[],
) {
  const [m, k] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2)
  const n = transposeB ? b.shape[b.shape.length - 2] : b.shape[b.shape.length - 1]
  const count = batch.reduce((x, y) => x * y, 1)
  const out = new Float64Array(count * m * n)
  for (let e = 0; e < count; e++) {
    const at = batch.map(
      (size, axis) => Math.floor(e / batch.slice(axis + 1).reduce((x, y) => x * y, 1)) % size,
    )
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++) {
          const left = transposeA ? element(a, at, l, i) : element(a, at, i, l)
          sum += left * (transposeB ? element(b, at, j, l) : element(b, at, l, j))
        }
        out[(e * m + i) * n + j] = sum
      }
    }
  }
  return out
}

const operand = (seed: number, shape: readonly number[]): Operand => ({
  values: normalValues(
    seed,
    shape.reduce((x, y) => x * y, 1),
  ),
  shape,
})

const matrix = (rows: number, columns: number, transposed: boolean) =>
  transposed ? [columns, rows] : [rows, columns]

function check(
  [m, k, n]: readonly number[],
  [transposeA, transposeB]: readonly boolean[],
  { batchA = [], batchB = [], batch = [] }: { batchA?: number[]; batchB?: number[]; batch?: number[] } = {},
) {
  const a = operand(1 + m, [...batchA, ...matrix(m, k, transposeA)])
  const b = operand(2 + n, [...batchB, ...matrix(k, n, transposeB)])
  const [ta, tb] = [a, b].map(({ values, shape }) => tf.tensor(values, [...shape]))
  const actual = tf.matMul(ta, tb, transposeA, transposeB)
  expect(actual.shape).toEqual([...batch, m, n])
  // float32 sums of k products of standard normals: an error of a few ε√k.
  expectClose(actual, reference(a, b, transposeA, transposeB, batch), {
    absolute: 2e-6 * Math.max(1, Math.sqrt(k)),
    relative: 1e-5,
  })
}

const layouts = [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const

describe('matMul on wasm', () => {
  test('equals the 64-bit product for any small shape and layout', () => {
    const size = fc.integer({ min: 1, max: 37 })
    fc.assert(
      fc.property(fc.tuple(size, size, size), fc.constantFrom(...layouts), (sizes, layout) => {
        tf.tidy(() => check(sizes, layout))
      }),
      { seed: 20261123, numRuns: 150 },
    )
  })

  test.each(layouts)('crosses every block boundary (transposed: %s, %s)', (transposeA, transposeB) => {
    // More than 64 rows, 512 columns and 256 numbers in a sum; then more than a packed right operand holds.
    check([67, 263, 9], [transposeA, transposeB])
    check([3, 601, 521], [transposeA, transposeB])
  })

  test.each(layouts)(
    'sums few columns to the bits of many (transposed: %s, %s)',
    (transposeA, transposeB) => {
      for (const [m, k, n] of [
        [13, 700, 10],
        [1030, 261, 5],
        [7, 8300, 3],
      ]) {
        check([m, k, n], [transposeA, transposeB])
        const a = tf.tensor(normalValues(1, m * k), transposeA ? [k, m] : [m, k])
        const wide = tf.tensor2d(normalValues(2, k * 16), [k, 16])
        const few = tf.slice(wide, [0, 0], [k, n])
        const right = transposeB ? tf.transpose(few) : few
        const whole = tf.slice(tf.matMul(a, wide, transposeA) as tf.Tensor2D, [0, 0], [m, n])
        expect(tf.matMul(a, right, transposeA, transposeB).dataSync()).toEqual(whole.dataSync())
      }
    },
  )

  test.each(layouts)('broadcasts batch axes (transposed: %s, %s)', (...layout) => {
    check([3, 5, 9], layout, { batchA: [4], batchB: [4], batch: [4] })
    check([3, 5, 9], layout, { batchA: [2, 3], batchB: [], batch: [2, 3] })
    check([3, 5, 9], layout, { batchA: [], batchB: [2, 3], batch: [2, 3] })
    check([3, 5, 9], layout, { batchA: [2, 1], batchB: [3], batch: [2, 3] })
    check([3, 5, 9], layout, { batchA: [2, 1, 4], batchB: [1, 3, 1], batch: [2, 3, 4] })
  })

  test('gives empty results, and zeros for empty sums', () => {
    expect(tf.matMul(tf.zeros([0, 3]), tf.zeros([3, 2])).shape).toEqual([0, 2])
    expect(tf.matMul(tf.zeros([2, 3]), tf.zeros([3, 0])).shape).toEqual([2, 0])
    expectClose(tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])), [0, 0, 0, 0, 0, 0])
    expectClose(
      tf.fused.matMul({ a: tf.zeros([2, 0]), b: tf.zeros([0, 2]), bias: tf.tensor1d([1, -2]) }),
      [1, -2, 1, -2],
    )
  })

  test('lets NaN and infinities through, and only where they belong', () => {
    const a = tf.tensor2d([Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 2, 3], [3, 2])
    const b = tf.tensor2d([1, -1, 1, 0, 1, 1], [2, 3])
    const inf = Number.POSITIVE_INFINITY
    expectClose(tf.matMul(a, b), [Number.NaN, Number.NaN, Number.NaN, inf, -inf, inf, 2, 1, 5])
  })

  test('gives the same bits again, and the same bits for a row among fewer rows', () => {
    const a = tf.tensor2d(normalValues(5, 131 * 300), [131, 300])
    const b = tf.tensor2d(normalValues(6, 300 * 40), [300, 40])
    const whole = tf.matMul(a, b)
    expect(tf.matMul(a, b).dataSync()).toEqual(whole.dataSync())
    const some = tf.matMul(tf.slice(a, [70, 0], [7, 300]), b)
    expect(some.dataSync()).toEqual(tf.slice(whole, [70, 0], [7, 40]).dataSync())
  })

  test('refuses integers', () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32')
    expect(() => tf.matMul(a, a)).toThrow('a must be a float32 tensor, got int32')
  })
})

describe('fused.matMul on wasm', () => {
  const activations: Record<string, (x: number) => number> = {
    linear: x => x,
    relu: x => Math.max(x, 0),
    relu6: x => Math.min(Math.max(x, 0), 6),
    sigmoid: x => 1 / (1 + Math.exp(-x)),
    elu: x => (x > 0 ? x : Math.expm1(x)),
    leakyrelu: x => (x > 0 ? x : 0.3 * x),
    prelu: x => (x > 0 ? x : 0.7 * x),
  }

  test.each(Object.keys(activations))('adds the bias, then %s', activation => {
    const [m, k, n] = [9, 17, 13]
    const a = operand(1, [k, m])
    const b = operand(2, [k, n])
    const bias = normalValues(3, n, 4)
    const expected = reference(a, b, true, false, []).map((x, i) => activations[activation](x + bias[i % n]))
    const actual = tf.fused.matMul({
      a: tf.tensor2d(a.values, [k, m]),
      b: tf.tensor2d(b.values, [k, n]),
      transposeA: true,
      bias: tf.tensor1d(bias),
      activation: activation as 'linear',
      preluActivationWeights: activation === 'prelu' ? tf.fill([n], 0.7) : undefined,
      leakyreluAlpha: 0.3,
    })
    expectClose(actual, expected, { absolute: 1e-5 })
  })

  test('adds a bias of any shape that broadcasts', () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const b = tf.tensor2d([1, 0, 0, -1], [2, 2])
    const fused = (bias: tf.Tensor) => tf.fused.matMul({ a, b, bias, activation: 'relu' })
    expectClose(fused(tf.scalar(1)), [2, 0, 4, 0])
    expectClose(fused(tf.tensor([1, 5], [2, 1])), [2, 0, 8, 1])
    expectClose(fused(tf.tensor([1, 3], [1, 1, 2])), [2, 1, 4, 0])
  })

  test('keeps NaN through relu', () => {
    const a = tf.tensor2d([Number.NaN, -1], [2, 1])
    const y = tf.fused.matMul({ a, b: tf.ones([1, 5]), activation: 'relu' })
    expectClose(y, [...Array(5).fill(Number.NaN), ...Array(5).fill(0)])
  })
})
