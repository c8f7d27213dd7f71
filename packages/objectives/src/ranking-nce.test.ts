import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { rowsOf } from '@chiaro/test-kit/oracles/contrastive'
import { rankingNce } from '@chiaro/test-kit/oracles/noise-contrastive'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { rankingNceLoss } from './ranking-nce.ts'

const [batch, k] = [4, 5]
const values = normalValues(1, batch * k, 2)

describeBackends('rankingNceLoss', () => {
  it('equals float64 with its gradient, whichever column holds the data', () => {
    for (const positive of [0, 2, 4]) {
      const f = (x: ArrayLike<number>) => rankingNce(rowsOf(x, k), positive)
      const { value, grad } = tf.valueAndGrad(x => rankingNceLoss(x as tf.Tensor2D, { positive }))(
        tf.tensor2d(values, [batch, k]),
      )
      expectClose(value, f(values))
      expectClose(grad, numericalGradient(f, [values])[0])
    }
    expectClose(rankingNceLoss(tf.tensor2d(values, [batch, k])), rankingNce(rowsOf(values, k)))
  })
  it('has second derivatives', () => {
    const direction = normalValues(2, batch * k)
    const along = (x: ArrayLike<number>) =>
      numericalGradient(y => rankingNce(rowsOf(y, k)), [x], { eps: 1e-3 })[0].reduce(
        (sum, g, i) => sum + g * direction[i],
        0,
      )
    const [expected] = numericalGradient(along, [values], { eps: 1e-2 })
    const second = tf.grad(x =>
      tf.sum(tf.mul(tf.grad(y => rankingNceLoss(y as tf.Tensor2D))(x), tf.tensor2d(direction, [batch, k]))),
    )
    expectClose(second(tf.tensor2d(values, [batch, k])), expected, { absolute: 2e-6, relative: 1e-4 })
  })
  it('is log k where noise and data are alike, one value a row for reduction none', () => {
    expectClose(rankingNceLoss(tf.zeros([3, 5])), Math.log(5))
    expectClose(
      rankingNceLoss(tf.zeros([3, 5]), { reduction: 'none' }),
      [1, 1, 1].map(() => Math.log(5)),
    )
  })
  it('case 1: log ratios of ±1000 are finite and equal float64', () => {
    const rows = [
      [1000, -1000, 999],
      [-1000, 1000, 0],
    ]
    expectClose(rankingNceLoss(tf.tensor2d(rows)), rankingNce(rows))
  })
  it('case 3: a tiny loss keeps its digits, and a constant added to a row changes nothing', () => {
    const expected = Math.log1p(2 * Math.exp(-25))
    for (const shift of [0, 1e4]) {
      const row = tf.tensor2d([[25 + shift, shift, shift]])
      const { value, grad } = tf.valueAndGrad(x => rankingNceLoss(x as tf.Tensor2D))(row)
      expectClose(value, expected, { absolute: 0, relative: 1e-5 })
      expectClose(tf.sum(grad), 0, { absolute: 1e-16 })
    }
  })
  it('case 5: a row without noise gives 0 with zero gradient, as does an empty batch', () => {
    for (const shape of [
      [3, 1],
      [0, 4],
    ] as const) {
      const { value, grad } = tf.valueAndGrad(x => rankingNceLoss(x as tf.Tensor2D))(tf.ones([...shape]))
      expectClose(value, 0)
      expectClose(grad, tf.zeros([...shape]))
    }
  })
  it('case 16: log ratios of ±1e4 give gradients of exactly 0 and ±1', () => {
    const rows = tf.tensor2d([
      [1e4, -1e4],
      [-1e4, 1e4],
    ])
    const grad = tf.grad(x => rankingNceLoss(x as tf.Tensor2D))(rows)
    expect(Array.from(grad.dataSync())).toEqual([0, 0, -0.5, 0.5].map(v => expect.closeTo(v, 12)))
  })
  it('case 19: a candidate at −∞ or −FLT_MAX takes no part', () => {
    const rows = tf.tensor2d([
      [1, 0, Number.NEGATIVE_INFINITY],
      [1, 0, -3.4e38],
    ])
    const { value, grad } = tf.valueAndGrad(x => rankingNceLoss(x as tf.Tensor2D))(rows)
    expectClose(value, Math.log1p(Math.exp(-1)))
    const p = 1 / (1 + Math.exp(1)) / 2
    expectClose(grad, [-p, p, 0, -p, p, 0])
  })
  it('has log p + constant for optimum with i.i.d. noise: the published losses 0.67566, 1.07555, 1.58203', () => {
    // p and q over four outcomes; the loss at f = log p is enumerated over all candidate sets (targets: K = 1, 2, 4).
    const p = [0.5, 0.3, 0.15, 0.05]
    const q = [0.4, 0.3, 0.2, 0.1]
    const ratios = p.map((value, i) => Math.log(value / q[i]))
    for (const [noise, published] of [
      [1, 0.67566],
      [2, 1.07555],
      [4, 1.58203],
    ]) {
      const rows: number[][] = []
      const weights: number[] = []
      for (let code = 0; code < 4 ** (noise + 1); code++) {
        const drawn = Array.from({ length: noise + 1 }, (_, j) => Math.floor(code / 4 ** j) % 4)
        rows.push(drawn.map(x => ratios[x]))
        weights.push(drawn.reduce((w, x, j) => w * (j === 0 ? p[x] : q[x]), 1))
      }
      const losses = rankingNceLoss(tf.tensor2d(rows), { reduction: 'none' })
      expectClose(tf.sum(tf.mul(losses, weights)), published, { absolute: 1e-5 })
    }
  })
  it('keeps no tensor over 200 steps', () => {
    const rows = tf.tensor2d(values, [batch, k])
    const step = tf.grad(x => rankingNceLoss(x as tf.Tensor2D, { positive: 1 }))
    tf.dispose(step(rows))
    const before = tf.memory().numTensors
    for (let i = 0; i < 200; i++) tf.dispose(step(rows))
    expect(tf.memory().numTensors).toBe(before)
    expectNoLeak(() => rankingNceLoss(rows))
  })
  it('refuses what does not fit', () => {
    const rows = tf.zeros([2, 3]) as tf.Tensor2D
    expect(() => rankingNceLoss(rows, { positive: 3 })).toThrow(
      /positive must be an integer from 0 to 2, got 3/,
    )
    expect(() => rankingNceLoss(tf.zeros([3]) as unknown as tf.Tensor2D)).toThrow(
      /must be float32 \[batch, k\], got float32 \[3\]/,
    )
    expect(() => rankingNceLoss(tf.zeros([2, 2], 'int32') as tf.Tensor2D)).toThrow(
      /must be float32 \[.*\], got int32/,
    )
  })
})
