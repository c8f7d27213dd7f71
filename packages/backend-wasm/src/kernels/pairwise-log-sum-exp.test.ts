import { type PairwiseLogSumExpOptions, pairwiseLogSumExp } from '@chiaro/ops'
import { expectClose, expectNoLeak, normalValues, uniformValues, useTestBackend } from '@chiaro/test-kit'
import { type PairwiseCase, pairwiseLogSumExp64 } from '@chiaro/test-kit/oracles/pairwise-log-sum-exp'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { largestHeap } from '../heap-guard.ts'
import { heapBytes, kernelReport, setHeapBudget } from '../index.ts'

beforeAll(() => useTestBackend('wasm'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

const names = ['PairwiseLogSumExp', 'PairwiseLogSumExpGrad']

/** What `compute` gives without our kernels: the composed form. */
function composed<T>(compute: () => T): T {
  const kernels = names.map(name => tf.getKernel(name, 'wasm'))
  for (const name of names) tf.unregisterKernel(name, 'wasm')
  try {
    return compute()
  } finally {
    for (const kernel of kernels) tf.registerKernel(kernel)
  }
}

interface Problem {
  readonly n: number
  readonly m: number
  readonly d: number
  readonly queries: Float32Array
  readonly keys: Float32Array
  readonly rowOffset: Float32Array
  readonly columnOffset: Float32Array
  readonly rowGradient: Float32Array
  readonly columnGradient: Float32Array
}

/** Embeddings whose logits have a standard deviation of about `spread`. */
function problem(seed: number, n: number, m: number, d: number, spread = 1): Problem {
  const scaled = (values: Float32Array) => values.map(value => (value * Math.sqrt(spread)) / d ** 0.25)
  return {
    n,
    m,
    d,
    queries: scaled(normalValues(seed, n * d)),
    keys: scaled(normalValues(seed + 1, m * d)),
    rowOffset: normalValues(seed + 2, n),
    columnOffset: normalValues(seed + 3, m),
    rowGradient: normalValues(seed + 4, n),
    columnGradient: normalValues(seed + 5, m),
  }
}

interface Choice {
  readonly name: string
  /** The option of the function, and what it means pair by pair. */
  readonly of: (p: Problem, seed: number) => [PairwiseLogSumExpOptions, Partial<PairwiseCase>]
}

const indices = (seed: number, count: number, from: number, to: number) =>
  Int32Array.from(uniformValues(seed, count), u => Math.floor(from + u * (to - from)))

const choices: readonly Choice[] = [
  { name: 'all pairs', of: () => [{}, {}] },
  {
    name: 'excludeSelf',
    of: () => [{ mask: { excludeSelf: true } }, { takesPart: (i, j) => i !== j }],
  },
  {
    name: 'two lists of excluded keys',
    of: ({ n, m }, seed) => {
      const [a, b] = [indices(seed, n, -1, m), indices(seed + 1, n, -1, m)]
      return [{ exclude: [a, b] }, { takesPart: (i, j) => a[i] !== j && b[i] !== j }]
    },
  },
  {
    name: 'groups',
    of: ({ n, m }, seed) => {
      const [queryGroups, keyGroups] = [indices(seed, n, 0, 4), indices(seed + 1, m, 0, 3)]
      return [{ mask: { queryGroups, keyGroups } }, { takesPart: (i, j) => queryGroups[i] === keyGroups[j] }]
    },
  },
  {
    name: 'a mask',
    of: ({ n, m }, seed) => {
      const marked = Uint8Array.from(uniformValues(seed, n * m), u => (u < 0.6 ? 1 : 0))
      const mask = tf.tensor2d(marked, [n, m], 'bool')
      return [{ mask }, { takesPart: (i, j) => marked[i * m + j] === 1 }]
    },
  },
  {
    name: 'weights, some of them 0',
    of: ({ m }, seed) => {
      const weights = uniformValues(seed, m).map(u => (u < 0.2 ? 0 : u * 3))
      return [{ weights: tf.tensor1d(weights) }, { weights }]
    },
  },
  {
    name: 'weights, self-exclusion and a list together',
    of: ({ n, m }, seed) => {
      const weights = uniformValues(seed, m).map(u => (u < 0.2 ? 0 : u * 3))
      const list = indices(seed, n, -1, m)
      return [
        { weights: tf.tensor1d(weights), mask: { excludeSelf: true }, exclude: [list] },
        { weights, takesPart: (i, j) => i !== j && list[i] !== j },
      ]
    },
  },
]

/** Rows, columns and the gradients for queries, keys, offsets, each by its equation in float64. */
function reference(p: Problem, columns: boolean, oracle: Partial<PairwiseCase>, offsets: boolean) {
  const { n, m, d } = p
  const { weights, takesPart = () => true } = oracle
  const { rowOffset, columnOffset } = offsets ? p : { rowOffset: undefined, columnOffset: undefined }
  const value = pairwiseLogSumExp64(p.queries, p.keys, d, { ...oracle, rowOffset, columnOffset })
  const dQueries = new Float64Array(n * d)
  const dKeys = new Float64Array(m * d)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) {
      const weight = weights === undefined ? 1 : weights[j]
      if (weight === 0 || !takesPart(i, j)) continue
      let z = Math.log(weight)
      for (let c = 0; c < d; c++) z += p.queries[i * d + c] * p.keys[j * d + c]
      let g = p.rowGradient[i] * Math.exp(z - (rowOffset?.[i] ?? 0) - value.rows[i])
      if (columns) g += p.columnGradient[j] * Math.exp(z - (columnOffset?.[j] ?? 0) - value.columns[j])
      for (let c = 0; c < d; c++) {
        dQueries[i * d + c] += g * p.keys[j * d + c]
        dKeys[j * d + c] += g * p.queries[i * d + c]
      }
    }
  return { value: columns ? [...value.rows, ...value.columns] : value.rows, dQueries, dKeys }
}

/** The same by the op: its value, and the gradients of Σ rowGradient·rows (+ Σ columnGradient·columns). */
function computed(p: Problem, columns: boolean, options: PairwiseLogSumExpOptions, offsets: boolean) {
  const gradient = columns ? [...p.rowGradient, ...p.columnGradient] : [...p.rowGradient]
  const shared = {
    ...options,
    ...(offsets && { rowOffset: tf.tensor1d(p.rowOffset), columnOffset: tf.tensor1d(p.columnOffset) }),
  }
  const f = (q: tf.Tensor, k: tf.Tensor): tf.Tensor => {
    if (!columns) return pairwiseLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, { ...shared, columns: false })
    const both = pairwiseLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, { ...shared, columns: true })
    return tf.concat([both.rows, both.columns])
  }
  const inputs = [tf.tensor2d(p.queries, [p.n, p.d]), tf.tensor2d(p.keys, [p.m, p.d])]
  const { value, grads } = tf.valueAndGrads(f)(inputs, tf.tensor1d(gradient))
  return { value: value.dataSync(), dQueries: grads[0].dataSync(), dKeys: grads[1].dataSync() }
}

/** The largest of the absolute values: what the rounding of a sum is measured against. */
const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

test('both kernels are registered', () => {
  const registered = kernelReport().filter(({ kernel }) => names.includes(kernel))
  expect(registered).toEqual(names.map(kernel => ({ kernel, registered: 'chiaro' })))
})

describe('the fused pairwise log-sum-exp', () => {
  for (const { name, of } of choices) {
    test(`equals float64 and the composed form in shapes of 1…67, by ${name}`, () => {
      const size = fc.integer({ min: 1, max: 67 })
      fc.assert(
        fc.property(size, size, size, fc.boolean(), fc.boolean(), (n, m, d, columns, offsets) => {
          tf.tidy(() => {
            const p = problem(n * 71 + m, n, m, d)
            const [options, oracle] = of(p, n + m * 67)
            const expected = reference(p, columns, oracle, offsets)
            const actual = computed(p, columns, options, offsets)
            const other = composed(() => computed(p, columns, options, offsets))
            expectClose(actual.value, expected.value, { absolute: 2e-6, relative: 2e-6 })
            expectClose(actual.value, other.value, { absolute: 2e-6, relative: 2e-6 })
            for (const part of ['dQueries', 'dKeys'] as const) {
              const absolute = 2e-6 * (largest(expected[part]) + 1)
              expectClose(actual[part], expected[part], { absolute, relative: 1e-5, what: part })
              expectClose(actual[part], other[part], { absolute: 2 * absolute, relative: 2e-5, what: part })
            }
          })
        }),
        { numRuns: 15, seed: 1 },
      )
    })

    test.each([
      [129, 257, 9],
      [128, 256, 16],
      [131, 515, 300],
      [140, 1291, 5],
      [300, 1, 5],
      [1, 600, 33],
    ])(`equals float64 beyond a tile, %i×%i of %i, by ${name}`, (n, m, d) => {
      const p = problem(n, n, m, d, 2)
      const [options, oracle] = of(p, m)
      for (const columns of [true, false]) {
        const expected = reference(p, columns, oracle, columns)
        const actual = computed(p, columns, options, columns)
        expectClose(actual.value, expected.value, { absolute: 2e-6, relative: 2e-6 })
        for (const part of ['dQueries', 'dKeys'] as const) {
          const absolute = 2e-6 * (largest(expected[part]) + 1)
          expectClose(actual[part], expected[part], { absolute, relative: 1e-5, what: part })
        }
      }
    })
  }

  test.each([1, 10, 40, 300])('equals float64 where logits spread by %d', spread => {
    const p = problem(5, 140, 270, 24, spread)
    for (const columns of [true, false]) {
      const expected = reference(p, columns, {}, true)
      const actual = computed(p, columns, {}, true)
      // A logit of size z is known to z·2⁻²⁴·√d: the exponential turns that into a relative error.
      const error = 3e-7 * spread * 4
      expectClose(actual.value, expected.value, { absolute: 1e-6 + error, relative: 2e-6 })
      for (const part of ['dQueries', 'dKeys'] as const) {
        const absolute = (2e-6 + error) * (largest(expected[part]) + 1)
        expectClose(actual[part], expected[part], { absolute, relative: 1e-5 + error, what: part })
      }
    }
  })

  test('is exact at logits of ±1000 that are whole numbers', () => {
    const [n, m] = [130, 260]
    const q = tf.tensor2d(
      Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1000 : -1000)),
      [n, 1],
    )
    const k = tf.tensor2d(
      Array.from({ length: m }, (_, j) => (j < 4 ? 1 : -1)),
      [m, 1],
    )
    const { rows, columns } = pairwiseLogSumExp(q, k, { columns: true })
    expectClose(
      rows,
      Array.from({ length: n }, (_, i) => 1000 + Math.log(i % 2 === 0 ? 4 : m - 4)),
    )
    expectClose(columns, new Array(m).fill(1000 + Math.log(n / 2)))
    // The log-sum-exp itself is rounded to 2⁻¹⁵ here.
    const error = { relative: 2 ** -15 }
    const [dq, dk] = tf.grads((a, b) => pairwiseLogSumExp(a as tf.Tensor2D, b as tf.Tensor2D))([q, k])
    expectClose(
      dq,
      Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      error,
    )
    expectClose(
      dk,
      Array.from({ length: m }, (_, j) => (j < 4 ? (1000 * n) / 2 / 4 : (-1000 * n) / 2 / (m - 4))),
      error,
    )
  })

  test('gives −∞ and zero gradients to rows and columns of no pair, beside others', () => {
    const p = problem(3, 140, 300, 8)
    const takesPart = (i: number, j: number) => i % 3 !== 0 && j % 2 !== 0 && j < 250
    const marked = Uint8Array.from({ length: p.n * p.m }, (_, at) =>
      takesPart(Math.floor(at / p.m), at % p.m) ? 1 : 0,
    )
    const mask = tf.tensor2d(marked, [p.n, p.m], 'bool')
    const expected = reference(p, true, { takesPart }, true)
    const actual = computed(p, true, { mask }, true)
    expectClose(actual.value, expected.value, { absolute: 2e-6, relative: 2e-6 })
    expectClose(actual.dQueries, expected.dQueries, { absolute: 1e-5, relative: 1e-5 })
    expectClose(actual.dKeys, expected.dKeys, { absolute: 1e-5, relative: 1e-5 })
    expect(Array.from(actual.dQueries.slice(0, p.d))).toEqual(new Array(p.d).fill(0))
    expect(Array.from(actual.dKeys.slice(0, p.d))).toEqual(new Array(p.d).fill(0))
  })

  test('lets left-out queries and keys hold NaN and ∞', () => {
    const p = problem(4, 140, 300, 8)
    const bad = { queries: [1, 7, 139], keys: [2, 299] }
    const [queries, keys] = [p.queries.slice(), p.keys.slice()]
    bad.queries.forEach((i, e) => {
      queries[i * p.d + e] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY][e]
    })
    bad.keys.forEach((j, e) => {
      keys.fill([Number.NaN, Number.POSITIVE_INFINITY][e], j * p.d, (j + 1) * p.d)
    })
    const takesPart = (i: number, j: number) => !bad.queries.includes(i) && !bad.keys.includes(j)
    const marked = Uint8Array.from({ length: p.n * p.m }, (_, at) =>
      takesPart(Math.floor(at / p.m), at % p.m) ? 1 : 0,
    )
    const mask = tf.tensor2d(marked, [p.n, p.m], 'bool')
    const expected = reference(p, true, { takesPart }, true)
    const actual = computed({ ...p, queries, keys }, true, { mask }, true)
    expectClose(actual.value, expected.value, { absolute: 2e-6, relative: 2e-6 })
    expectClose(actual.dQueries, expected.dQueries, { absolute: 1e-5, relative: 1e-5 })
    expectClose(actual.dKeys, expected.dKeys, { absolute: 1e-5, relative: 1e-5 })
  })

  test('a NaN that takes part reaches its row and its column, and only these', () => {
    const p = problem(6, 9, 20, 3)
    p.queries[4 * p.d] = Number.NaN
    const takesPart = (i: number, j: number) => i !== 4 || j === 7
    const marked = Uint8Array.from({ length: p.n * p.m }, (_, at) =>
      takesPart(Math.floor(at / p.m), at % p.m) ? 1 : 0,
    )
    const mask = tf.tensor2d(marked, [p.n, p.m], 'bool')
    const actual = computed(p, true, { mask }, false)
    const nan = (values: ArrayLike<number>) => Array.from(values, Number.isNaN)
    expect(nan(actual.value)).toEqual([
      ...Array.from({ length: p.n }, (_, i) => i === 4),
      ...Array.from({ length: p.m }, (_, j) => j === 7),
    ])
    expect(nan(actual.dKeys)).toEqual(
      Array.from({ length: p.m * p.d }, (_, at) => Math.floor(at / p.d) === 7),
    )
  })

  test('is accurate to 1e-6 over 65,536 keys', () => {
    const p = problem(8, 2, 65536, 8)
    const expected = reference(p, false, {}, false)
    const actual = computed(p, false, {}, false)
    expectClose(actual.value, expected.value, { absolute: 1e-6, relative: 0 })
    const absolute = 1e-6 * largest(expected.dQueries)
    expectClose(actual.dQueries, expected.dQueries, { absolute, relative: 1e-6 })
  })

  test('gives the same bits at every call', () => {
    const p = problem(9, 200, 300, 40, 3)
    const [first, second] = [0, 1].map(() => computed(p, true, {}, true))
    expect(second).toEqual(first)
  })

  test('leaves no tensor and no scratch behind', () => {
    const p = problem(10, 64, 300, 16)
    computed(p, true, {}, true)
    const before = heapBytes()?.size
    expectNoLeak(() => {
      for (let step = 0; step < 100; step++) tf.tidy(() => computed(p, true, {}, true))
      return []
    })
    expect(heapBytes()?.size).toBe(before)
  })

  test('takes O((n + m)·d) of the heap for 8192 × 8192 pairs', () => {
    const size = 8192
    const p = problem(11, size, size, 8)
    const before = heapBytes()
    computed(p, true, {}, false)
    const grown = (heapBytes()?.size ?? 0) - (before?.size ?? 0)
    // The logits would take 256 MiB.
    expect(grown).toBeLessThan(24 * 2 ** 20)
  })

  test('equals the composed form where only some of the tiles are kept', () => {
    // 108 tiles of more than 128 KiB, of which 63 may be kept.
    const p = problem(12, 1500, 2300, 3)
    const options = { mask: { excludeSelf: true } } as const
    const actual = computed(p, true, options, true)
    const other = composed(() => computed(p, true, options, true))
    expectClose(actual.value, other.value, { absolute: 2e-6, relative: 2e-6 })
    for (const part of ['dQueries', 'dKeys'] as const) {
      const absolute = 4e-6 * (largest(other[part]) + 1)
      expectClose(actual[part], other[part], { absolute, relative: 2e-5, what: part })
    }
  })

  test('kept tiles serve their own inputs only', () => {
    const [a, b] = [problem(13, 150, 270, 8), problem(23, 150, 270, 8)]
    const alone = computed(a, true, {}, false)
    const keys = tf.tensor2d(a.keys, [a.m, a.d])
    const gradient = (p: Problem) => tf.tensor1d([...p.rowGradient, ...p.columnGradient])
    const both = tf.grads((p, q) => {
      const values = [p, q].map(x => {
        const { rows, columns } = pairwiseLogSumExp(x as tf.Tensor2D, keys, { columns: true })
        return tf.concat([rows, columns])
      })
      return tf.add(tf.sum(tf.mul(values[0], gradient(a))), tf.sum(tf.mul(values[1], gradient(b))))
    })([tf.tensor2d(a.queries, [a.n, a.d]), tf.tensor2d(b.queries, [b.n, b.d])])
    const otherKeys = reference({ ...b, keys: a.keys }, true, {}, false)
    expectClose(both[0], alone.dQueries, { absolute: 1e-5, relative: 1e-5 })
    expectClose(both[1], otherKeys.dQueries, { absolute: 1e-5, relative: 1e-5 })
  })

  test('the mask, and whether columns are asked, are part of what kept tiles are known by', () => {
    const p = problem(14, 140, 260, 8)
    const q = tf.tensor2d(p.queries, [p.n, p.d])
    const k = tf.tensor2d(p.keys, [p.m, p.d])
    const f = (x: tf.Tensor, options: PairwiseLogSumExpOptions) => {
      if (!options.columns)
        return tf.sum(pairwiseLogSumExp(x as tf.Tensor2D, k, { ...options, columns: false }))
      const { rows, columns } = pairwiseLogSumExp(x as tf.Tensor2D, k, { ...options, columns: true })
      return tf.add(tf.sum(rows), tf.sum(columns))
    }
    const all = [{}, { mask: { excludeSelf: true } }, { columns: true }] as const
    const alone = all.map(options => tf.grad(x => f(x, options))(q))
    const together = tf.grad(x => tf.addN(all.map(options => f(x, options))))(q)
    expectClose(together, tf.addN(alone), { absolute: 1e-5, relative: 1e-6 })
  })

  test('holds nothing of the heap once the gradient is known', () => {
    const p = problem(15, 140, 260, 8)
    const used = heapBytes()?.used
    tf.tidy(() => computed(p, true, {}, true))
    expect(heapBytes()?.used).toBe(used)
  })

  test('does without kept tiles where the heap has no room for them', () => {
    const p = problem(16, 1000, 1000, 4)
    const expected = tf.tidy(() => computed(p, true, {}, false))
    setHeapBudget((heapBytes()?.used ?? 0) + 2 * 2 ** 20)
    try {
      expect(tf.tidy(() => computed(p, true, {}, false))).toEqual(expected)
    } finally {
      setHeapBudget(largestHeap)
    }
  })
})
