import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { type PairwiseCase, pairwiseLogSumExp64 } from '@chiaro/test-kit/oracles/pairwise-log-sum-exp'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type PairwiseLogSumExpOptions, pairwiseLogSumExp } from './pairwise-log-sum-exp.ts'
import '../gradients/register-gradients.ts'

const [n, m, d] = [7, 9, 4]
const queries = Array.from(normalValues(1, n * d))
const keys = Array.from(normalValues(2, m * d))
const weights = [1, 0.5, 0, 2, 3, 1, 1e-3, 0, 1]
const queryGroups = [0, 1, 2, 0, 1, 2, 5]
const keyGroups = [0, 1, 2, 0, 1, 2, 0, 1, 9]
const excluded = [3, -1, 0, 8, 4, -1, 2]
const marked = Array.from(normalValues(3, n * m), value => value > -0.5)
const offsets = { rows: Array.from(normalValues(4, n)), columns: Array.from(normalValues(5, m)) }

interface Named {
  readonly name: string
  readonly options: () => PairwiseLogSumExpOptions
  readonly oracle: Partial<PairwiseCase>
}

/** Every way of leaving pairs out, alone and together, and what they mean pair by pair. */
const cases: readonly Named[] = [
  { name: 'no option', options: () => ({}), oracle: {} },
  {
    name: 'excludeSelf',
    options: () => ({ mask: { excludeSelf: true } }),
    oracle: { takesPart: (i, j) => i !== j },
  },
  { name: 'excludeSelf not given', options: () => ({ mask: { excludeSelf: undefined } }), oracle: {} },
  {
    name: 'groups on the host',
    options: () => ({ mask: { queryGroups, keyGroups } }),
    oracle: { takesPart: (i, j) => queryGroups[i] === keyGroups[j] },
  },
  {
    name: 'groups as tensors',
    options: () => ({
      mask: {
        queryGroups: tf.tensor1d(queryGroups, 'int32'),
        keyGroups: tf.tensor1d(keyGroups, 'int32'),
      },
    }),
    oracle: { takesPart: (i, j) => queryGroups[i] === keyGroups[j] },
  },
  {
    name: 'a bool mask',
    options: () => ({ mask: tf.tensor2d(marked, [n, m], 'bool') }),
    oracle: { takesPart: (i, j) => marked[i * m + j] },
  },
  {
    name: 'excluded keys',
    options: () => ({
      exclude: [
        excluded,
        tf.tensor1d(
          excluded.map(j => Math.max(-1, j - 1)),
          'int32',
        ),
      ],
    }),
    oracle: { takesPart: (i, j) => excluded[i] !== j && excluded[i] - 1 !== j },
  },
  { name: 'weights', options: () => ({ weights: tf.tensor1d(weights) }), oracle: { weights } },
  {
    name: 'everything together',
    options: () => ({
      mask: { excludeSelf: true },
      exclude: [excluded],
      weights: tf.tensor1d(weights),
    }),
    oracle: { weights, takesPart: (i, j) => i !== j && excluded[i] !== j },
  },
]

/** Σ of the finite log-sum-exps, each times a weight of its own: a scalar that every output reaches. */
function weighted(values: readonly number[]): number {
  return values.reduce((sum, value, i) => (Number.isFinite(value) ? sum + (1 + (i % 3)) * value : sum), 0)
}

function weightedTensor(values: tf.Tensor): tf.Tensor {
  const factors = tf.tensor1d(Array.from({ length: values.size }, (_, i) => 1 + (i % 3)))
  const finite = tf.where(tf.greater(values, Number.NEGATIVE_INFINITY), values, tf.zerosLike(values))
  return tf.sum(tf.mul(finite, factors))
}

describeBackends('pairwiseLogSumExp', () => {
  for (const { name, options, oracle } of cases) {
    it.each([1, 4, 512])(
      `equals float64 loops in rows and columns, and its gradients, by ${name}, tile %i`,
      tileSize => {
        const scale = 1.7
        const reference = (
          q: ArrayLike<number>,
          k: ArrayLike<number>,
          s: number,
          r: ArrayLike<number>,
          c: ArrayLike<number>,
        ) => pairwiseLogSumExp64(q, k, d, { scale: s, rowOffset: r, columnOffset: c, ...oracle })
        const expected = reference(queries, keys, scale, offsets.rows, offsets.columns)
        const tensors = [
          tf.tensor2d(queries, [n, d]),
          tf.tensor2d(keys, [m, d]),
          tf.scalar(scale),
          tf.tensor1d(offsets.rows),
          tf.tensor1d(offsets.columns),
        ]
        const f = (q: tf.Tensor, k: tf.Tensor, s: tf.Tensor, r: tf.Tensor, c: tf.Tensor) => {
          const { rows, columns } = pairwiseLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, {
            ...options(),
            scale: s,
            rowOffset: r as tf.Tensor1D,
            columnOffset: c as tf.Tensor1D,
            columns: true,
            tileSize,
          })
          return tf.concat([rows, columns])
        }
        expectClose(f(tensors[0], tensors[1], tensors[2], tensors[3], tensors[4]), [
          ...expected.rows,
          ...expected.columns,
        ])
        const gradients = tf.grads((...all: tf.Tensor[]) =>
          weightedTensor(f(all[0], all[1], all[2], all[3], all[4])),
        )(tensors)
        const numerical = numericalGradient(
          (q, k, s, r, c) => {
            const both = reference(q, k, s[0], r, c)
            return weighted([...both.rows, ...both.columns])
          },
          [queries, keys, [scale], offsets.rows, offsets.columns],
        )
        gradients.forEach((gradient, at) => {
          expectClose(gradient, numerical[at], { absolute: 2e-5, relative: 2e-5, what: `gradient ${at}` })
        })
      },
    )
  }

  it('gives rows alone as it gives them beside columns', () => {
    const [q, k] = [tf.tensor2d(queries, [n, d]), tf.tensor2d(keys, [m, d])]
    const rows = pairwiseLogSumExp(q, k, { scale: 3 })
    expectClose(rows, pairwiseLogSumExp64(queries, keys, d, { scale: 3 }).rows)
    const one = tf.grads((a, b) =>
      weightedTensor(pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D, { scale: 3 })),
    )
    const numerical = numericalGradient(
      (a, b) => weighted(pairwiseLogSumExp64(a, b, d, { scale: 3 }).rows),
      [queries, keys],
    )
    one([q, k]).forEach((gradient, at) => {
      expectClose(gradient, numerical[at], { absolute: 2e-5, relative: 2e-5 })
    })
  })

  it('has a gradient for positive weights and none for weights of 0', () => {
    const q = tf.tensor2d(queries, [n, d])
    const k = tf.tensor2d(keys, [m, d])
    const gradient = tf.grad(w => weightedTensor(pairwiseLogSumExp(q, k, { weights: w as tf.Tensor1D })))(
      tf.tensor1d(weights),
    )
    const [numerical] = numericalGradient(
      w => weighted(pairwiseLogSumExp64(queries, keys, d, { weights: w }).rows),
      [weights],
      { eps: 1e-5 },
    )
    const expected = Array.from(numerical, (value, j) => (weights[j] === 0 ? 0 : value))
    expectClose(gradient, expected, { absolute: 1e-4, relative: 1e-4 })
  })

  it('case 12: does not depend on the tile: 1, a non-divisor and n agree within 1e-6', () => {
    const size = 65
    const q = tf.tensor2d(normalValues(6, size * 8), [size, 8])
    const k = tf.tensor2d(normalValues(7, size * 8), [size, 8])
    const results = [1, 7, size, 512].map(tileSize =>
      Array.from(pairwiseLogSumExp(q, k, { scale: 5, mask: { excludeSelf: true }, tileSize }).dataSync()),
    )
    for (const result of results) expectClose(result, results[2], { absolute: 0, relative: 1e-6 })
  })

  it('case 1: equals float64 at logits of ±1000', () => {
    const q = tf.tensor2d([1, 0, -1, 0], [2, 2])
    const k = tf.tensor2d([1, 0, -1, 0, 0, 1], [3, 2])
    const f = (s: tf.Tensor) => pairwiseLogSumExp(q, k, { scale: s, columns: true }).rows
    expectClose(f(tf.scalar(1000)), [1000, 1000])
    expectClose(tf.grad(s => tf.sum(f(s)))(tf.scalar(1000)), [2])
  })

  it('case 7: padding does not enter the maximum where all logits lie below −88', () => {
    const size = 5
    const q = tf.fill([size, 1], -300) as tf.Tensor2D
    const k = tf.ones([size, 1]) as tf.Tensor2D
    const { rows, columns } = pairwiseLogSumExp(q, k, { columns: true, tileSize: 3 })
    expectClose(rows, new Array(size).fill(-300 + Math.log(size)))
    expectClose(columns, new Array(size).fill(-300 + Math.log(size)))
  })

  it('case 6: a masked pair of any value, also NaN or ∞, is never selected', () => {
    const q = tf.tensor2d([1, 1], [2, 1])
    const k = tf.tensor2d([1e30, Number.POSITIVE_INFINITY, 2], [3, 1])
    const mask = tf.tensor2d([false, false, true, false, false, true], [2, 3], 'bool')
    expectClose(pairwiseLogSumExp(q, k, { mask }), [2, 2])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'case 6: a key or query of %f that takes no part leaves the gradients of all others alone',
    wrong => {
      const cleanQueries = normalValues(11, 5 * 2)
      const cleanKeys = normalValues(12, 6 * 2)
      // Query 4 and key 5 take part in no pair.
      const all = Array.from({ length: 30 }, (_, at) => at < 24 && at % 6 !== 5)
      const gradientsOf = (
        q: ArrayLike<number>,
        k: ArrayLike<number>,
        selected: boolean[],
        tileSize: number,
      ) =>
        tf.grads((a, b) => {
          const options = { mask: tf.tensor2d(selected, [5, 6], 'bool'), tileSize }
          const { rows, columns } = pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D, {
            ...options,
            columns: true,
          })
          return weightedTensor(tf.concat([rows, columns]))
        })([tf.tensor2d(Array.from(q), [5, 2]), tf.tensor2d(Array.from(k), [6, 2])])
      const spoiled = { queries: Array.from(cleanQueries), keys: Array.from(cleanKeys) }
      spoiled.queries[9] = wrong
      spoiled.keys[10] = wrong
      for (const tileSize of [2, 512]) {
        const expected = gradientsOf(cleanQueries, cleanKeys, all, tileSize)
        gradientsOf(spoiled.queries, spoiled.keys, all, tileSize).forEach((gradient, at) => {
          expectClose(gradient, expected[at])
        })
      }
    },
  )

  it('case 6: a NaN that takes part in one row shows there, and in no other', () => {
    const q = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const k = tf.tensor2d([1, 0, Number.NaN, 1, 0, 1], [3, 2])
    const mask = tf.tensor2d([true, true, false, true, false, true], [2, 3], 'bool')
    const [dq] = tf.grads((a, b) => pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D, { mask }))([q, k])
    const [first, second] = dq.arraySync() as number[][]
    expect(first).toEqual([Number.NaN, Number.NaN])
    const p = Math.exp(3) / (Math.exp(3) + Math.exp(4))
    expectClose(second, [p, 1 - p])
  })

  it('case 6: nor do left-out keys spoil second derivatives', () => {
    const q = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const mask = tf.tensor2d([true, true, false, true, true, false], [2, 3], 'bool')
    const second = (k: tf.Tensor2D) =>
      tf.grad(a => tf.sum(tf.square(tf.grad(b => pairwiseLogSumExp(b as tf.Tensor2D, k, { mask }))(a))))(q)
    const clean = second(tf.tensor2d([1, 0, 0.5, 1, 0, 1], [3, 2]))
    expectClose(second(tf.tensor2d([1, 0, 0.5, 1, Number.NaN, 1], [3, 2])), clean)
  })

  it('case 5: no keys give −∞ with zero gradient, and rows beside them are untouched', () => {
    const q = tf.tensor2d([1, 2, 3, 4], [2, 2])
    const k = tf.tensor2d([1, 0, 0, 1], [2, 2])
    const mask = tf.tensor2d([false, false, true, false], [2, 2], 'bool')
    expectClose(pairwiseLogSumExp(q, k, { mask }), [Number.NEGATIVE_INFINITY, 3])
    const [dq, dk] = tf.grads((a, b) => pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D, { mask }))([
      q,
      k,
    ])
    expectClose(dq, [0, 0, 1, 0])
    expectClose(dk, [3, 4, 0, 0])
    const nothing = tf.zeros([0, 2]) as tf.Tensor2D
    expectClose(pairwiseLogSumExp(q, nothing), [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expectClose(tf.grad(a => pairwiseLogSumExp(a as tf.Tensor2D, nothing))(q), [0, 0, 0, 0])
  })

  it('case 8: shares the gradient among ties', () => {
    const k = tf.ones([4, 1]) as tf.Tensor2D
    const q = tf.ones([1, 1]) as tf.Tensor2D
    expectClose(tf.grad(b => pairwiseLogSumExp(q, b as tf.Tensor2D))(k), [0.25, 0.25, 0.25, 0.25])
  })

  it('has second derivatives', () => {
    const first = (q: ArrayLike<number>) =>
      numericalGradient(a => weighted(pairwiseLogSumExp64(a, keys, d, { scale: 0.7 }).rows), [q])[0]
    const direction = Array.from(normalValues(8, n * d))
    const [expected] = numericalGradient(
      q => first(q).reduce((sum, g, i) => sum + g * direction[i], 0),
      [queries],
      { eps: 1e-3 },
    )
    const k = tf.tensor2d(keys, [m, d])
    const v = tf.tensor2d(direction, [n, d])
    const f = (q: tf.Tensor) => weightedTensor(pairwiseLogSumExp(q as tf.Tensor2D, k, { scale: 0.7 }))
    const actual = tf.grad(a => tf.sum(tf.mul(v, tf.grad(f)(a))))(tf.tensor2d(queries, [n, d]))
    expectClose(actual, expected, { absolute: 1e-4, relative: 1e-4 })
  })

  it('leaks nothing in 200 steps, forward or backward, in rows or columns', () => {
    const q = tf.tensor2d(queries, [n, d])
    const k = tf.tensor2d(keys, [m, d])
    expectNoLeak(() => {
      for (let step = 0; step < 200; step++) {
        tf.dispose({ ...pairwiseLogSumExp(q, k, { columns: true, tileSize: 4 }) })
        tf.dispose(
          tf.grads((a, b) =>
            pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D, { mask: { excludeSelf: true } }),
          )([q, k]),
        )
      }
      return []
    })
  })

  it('stores a few tiles at a time, never the n×m logits, forward and backward', async () => {
    const [size, width, tileSize] = [1024, 4, 64]
    const q = tf.tensor2d(normalValues(9, size * width), [size, width])
    const k = tf.tensor2d(normalValues(10, size * width), [size, width])
    const before = tf.memory().numBytes
    const { peakBytes } = await tf.profile(() =>
      tf.grads((a, b) =>
        pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D, { mask: { excludeSelf: true }, tileSize }),
      )([q, k]),
    )
    // About five tiles, inputs, results and gradients; the logits would take 4·1024² bytes, 16 times as much.
    expect(peakBytes - before).toBeLessThan((4 * size * size) / 16)
  })

  it('names the argument that does not fit', () => {
    const q = tf.zeros([n, d]) as tf.Tensor2D
    const k = tf.zeros([m, d]) as tf.Tensor2D
    const call = (options: PairwiseLogSumExpOptions) => () =>
      pairwiseLogSumExp(q, k, options as { columns: false })
    expect(() => pairwiseLogSumExp(q, tf.zeros([m, 3]))).toThrow(
      /keys must be float32 \[m, 4\], got float32 \[9, 3\]/,
    )
    expect(() => pairwiseLogSumExp(q, tf.zeros([m, d], 'int32'))).toThrow(
      /keys must be float32 \[m, 4\], got int32 \[9, 4\]/,
    )
    expect(call({ scale: Number.NaN })).toThrow(/scale must be a finite number, got NaN/)
    expect(call({ tileSize: 0 })).toThrow(/tileSize must be an integer of at least 1, got 0/)
    expect(call({ weights: tf.ones([n]) })).toThrow(/weights must be a tensor \[9\], got float32 \[7\]/)
    expect(call({ rowOffset: tf.ones([m]) })).toThrow(/rowOffset must be float32 \[7\], got float32 \[9\]/)
    expect(call({ exclude: [[0, 1, 2, 3, 4, 5, 9]] })).toThrow(/exclude.* must be −1…8, got 9/)
    expect(call({ mask: { queryGroups, keyGroups: queryGroups } })).toThrow(
      /mask.keyGroups must be of length 9, got length 7/,
    )
    expect(call({ mask: tf.zeros([m, n], 'bool') })).toThrow(/mask must be bool \[7, 9\], got bool \[9, 7\]/)
    expect(call({ mask: tf.zeros([n, m]) })).toThrow(/mask must be bool \[7, 9\], got float32/)
  })
})
