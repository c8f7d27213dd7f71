import {
  AdamW,
  adamWStep,
  PairwiseLogSumExp,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpOptions,
  PhiloxUniform,
  pairwiseLogSumExp,
  runFastKernel,
  StableSoftplus,
  StableSoftplusGrad,
} from '@chiaro/ops'
import { describeBackends, expectClose, expectNoLeak, normalValues, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { webgpuKernels } from './index.ts'

/** What `compute` gives by the composed form. */
function composed<T>(compute: () => T): T {
  const kernels = webgpuKernels.map(name => tf.getKernel(name, 'webgpu'))
  for (const name of webgpuKernels) tf.unregisterKernel(name, 'webgpu')
  try {
    return compute()
  } finally {
    for (const kernel of kernels) tf.registerKernel(kernel)
  }
}

it('has a kernel for each op that its README names', () => {
  const named = [
    AdamW,
    PairwiseLogSumExp,
    PairwiseLogSumExpGrad,
    PhiloxUniform,
    StableSoftplus,
    StableSoftplusGrad,
  ]
  expect(webgpuKernels).toEqual(named)
})

const [n, m] = [70, 101]
const groups = { queryGroups: repeated(n, 3), keyGroups: repeated(m, 3) }
const choices: readonly (readonly [string, () => PairwiseLogSumExpOptions])[] = [
  ['no option', () => ({ scale: 3 })],
  ['groups', () => ({ mask: groups })],
  ['excluded keys', () => ({ mask: { excludeSelf: true }, exclude: [repeated(n, m), repeated(n, 7)] })],
  ['a mask', () => ({ mask: maskOf(0.5) })],
  ['weights', () => ({ weights: tf.relu(tf.tensor1d(normalValues(3, m))) as tf.Tensor1D })],
  [
    'offsets',
    () => ({
      rowOffset: tf.tensor1d(normalValues(4, n)),
      columnOffset: tf.tensor1d(normalValues(5, m)),
    }),
  ],
]

function repeated(count: number, period: number): number[] {
  return Array.from({ length: count }, (_, i) => (7 * i) % period)
}

function maskOf(share: number): tf.Tensor2D {
  return tf.cast(tf.less(tf.tensor2d(uniformValues(6, n * m), [n, m]), share), 'bool') as tf.Tensor2D
}

describeBackends(
  'the kernels',
  () => {
    const matrix = (seed: number, rows: number, width: number) =>
      tf.mul(tf.tensor2d(normalValues(seed, rows * width), [rows, width]), width ** -0.25) as tf.Tensor2D

    it.each(choices.flatMap(([name, options]) => [1, 40, 200].map(width => ({ name, options, width }))))(
      'log-sum-exp and its gradients equal the composed form: $name, $width channels',
      ({ options, width }) => {
        const [queries, keys] = [matrix(1, n, width), matrix(2, m, width)]
        const [row, column] = [tf.tensor1d(normalValues(8, n)), tf.tensor1d(normalValues(9, m))]
        const given = options()
        const both = () =>
          tf.valueAndGrads((q, k) => {
            const { rows, columns } = pairwiseLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, {
              ...given,
              columns: true,
            })
            return tf.add(tf.sum(tf.mul(finite(rows), row)), tf.sum(tf.mul(finite(columns), column)))
          })([queries, keys])
        const [actual, expected] = [both(), composed(both)]
        expectClose(actual.value, expected.value, { absolute: 1e-4, relative: 1e-5 })
        actual.grads.forEach((gradient, i) => {
          expectClose(gradient, expected.grads[i], { absolute: 2e-5, relative: 1e-4 })
        })
      },
    )
    it('the gradient of weights equals the composed form', () => {
      const [queries, keys] = [matrix(1, n, 8), matrix(2, m, 8)]
      const gradient = () =>
        tf.grad(w => tf.sum(pairwiseLogSumExp(queries, keys, { weights: w as tf.Tensor1D })))(
          tf.tensor1d(uniformValues(3, m, 0.1, 2)),
        )
      expectClose(gradient(), composed(gradient), { absolute: 1e-5, relative: 1e-4 })
    })
    it('nothing but −∞ gives −∞, and ∞ gives ∞', () => {
      const queries = tf.tensor2d([[1], [-1]])
      const keys = tf.tensor2d([[Number.POSITIVE_INFINITY]])
      const expected = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
      expectClose(pairwiseLogSumExp(queries, keys), expected)
    })
    it('Philox gives the bits of its equation, of any count and bounds', async () => {
      for (const [count, minimum, width] of [
        [1, 0, 1],
        [4103, 0, 1],
        [1001, -0.3, 1.7],
      ]) {
        const attributes = { shape: [count], words: [0x89abcdef, 0xfedcba98], minimum, width }
        const drawn = await runFastKernel(PhiloxUniform, {}, attributes)[0].data()
        const low = Math.fround(minimum)
        const expected = Float32Array.from({ length: count }, (_, i) => {
          const unit = (philoxWord(i, 0x89abcdef, 0xfedcba98) >>> 8) * 2 ** -24
          return Math.fround(low + Math.fround(Math.fround(width) * unit))
        })
        expect(Array.from(drawn)).toEqual(Array.from(expected))
      }
    })
    it('AdamW equals the composed form for several parameters', () => {
      const shapes = [[1], [130], [33, 5]]
      const states = shapes.map((shape, i) => {
        const of = (seed: number) =>
          tf.tensor(normalValues(10 * i + seed, tf.util.sizeFromShape(shape)), shape)
        return { parameter: of(1), gradient: of(2), firstMoment: of(3), secondMoment: tf.square(of(4)) }
      })
      const step = () =>
        adamWStep(states, {
          ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8, gradientScale: 0.7 },
          ...{ firstCorrection: 1 - 0.9 ** 2, secondCorrection: 1 - 0.999 ** 2 },
          learningRates: [1e-3, 2e-3, 3e-3],
          weightDecays: [0, 0.1, 0.2],
        })
      const expected = composed(step)
      step().forEach(({ parameter, firstMoment, secondMoment }, i) => {
        expectClose(parameter, expected[i].parameter)
        expectClose(firstMoment, expected[i].firstMoment)
        expectClose(secondMoment, expected[i].secondMoment)
      })
    })
    it('softplus keeps what is small, and NaN', () => {
      const x = [-80, -20, -13.93, -1e-3, 0, 0.5, 88, 1e4]
      const given = tf.tensor1d([...x, Number.NaN, Number.NEGATIVE_INFINITY])
      const expected = x.map(v => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))))
      expectClose(runFastKernel(StableSoftplus, { x: given })[0], [...expected, Number.NaN, 0], {
        absolute: 0,
      })
      const slopes = x.map(v => (v < 0 ? Math.exp(v) : 1) / (1 + Math.exp(-Math.abs(v))))
      expectClose(
        runFastKernel(StableSoftplusGrad, { x: given, dy: tf.onesLike(given) })[0],
        [...slopes, Number.NaN, 0],
        { absolute: 0 },
      )
    })
    it('leave no tensor behind', () => {
      const [queries, keys] = [matrix(1, n, 8), matrix(2, m, 8)]
      const offsets = { rowOffset: tf.tensor1d(normalValues(4, n)), mask: groups }
      expectNoLeak(() => pairwiseLogSumExp(queries, keys, offsets))
      const attributes = { shape: [9], words: [1, 2], minimum: -1, width: 2 }
      expectNoLeak(() => runFastKernel(PhiloxUniform, {}, attributes))
    })
  },
  { backends: ['webgpu'] },
)

/** −∞ of an empty row as 0. */
function finite(x: tf.Tensor): tf.Tensor {
  return tf.where(tf.less(x, -1e30), tf.zerosLike(x), x)
}

/** Word i of Philox4x32-10 under a key, written from the paper in whole numbers of any size. */
function philoxWord(i: number, low: number, high: number): number {
  const word = (x: bigint) => x & 0xffffffffn
  let [a, b, c, d] = [BigInt(i >> 2), 0n, 0n, 0n]
  let [first, second] = [BigInt(low), BigInt(high)]
  for (let round = 0; round < 10; round++) {
    const [p, q] = [0xd2511f53n * a, 0xcd9e8d57n * c]
    ;[a, b, c, d] = [(q >> 32n) ^ b ^ first, word(q), (p >> 32n) ^ d ^ second, word(p)]
    ;[first, second] = [word(first + 0x9e3779b9n), word(second + 0xbb67ae85n)]
  }
  return Number([a, b, c, d][i & 3])
}
