import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
  uniformValues,
} from '@chiaro/test-kit'
import { iMixRows, pairLogits, rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { iMixLoss } from './i-mix.ts'
import { infoNceLoss } from './info-nce.ts'

const [n, d] = [6, 3]
// Sample 4 is its own partner.
const partners = Int32Array.of(2, 0, 5, 1, 4, 3)
const shares = Float32Array.from(uniformValues(3, n, 0, 1))
const values = normalValues(1, 2 * n * d)

const rows = (of: ArrayLike<number>, part: 0 | 1) =>
  unitRows(rowsOf(Array.from(of).slice(part * n * d, (part + 1) * n * d), d))
const oracle = (of: ArrayLike<number>, scale: number) =>
  iMixRows(pairLogits(rows(of, 0), rows(of, 1), scale), partners, shares)
const meanOf = (all: readonly number[]) => all.reduce((sum, value) => sum + value, 0) / all.length
const halves = (x: tf.Tensor) => tf.split(x, 2) as [tf.Tensor2D, tf.Tensor2D]

describeBackends('iMixLoss', () => {
  it('equals float64, with its gradients for queries, keys and scale', () => {
    const stacked = tf.tensor2d(values, [2 * n, d])
    const { value, grads } = tf.valueAndGrads((x, s) =>
      iMixLoss(...halves(x), { partners, shares, logitScale: s }),
    )([stacked, tf.scalar(4)])
    expectClose(value, meanOf(oracle(values, 4)))
    const f = (x: ArrayLike<number>, s: ArrayLike<number>) => meanOf(oracle(x, s[0]))
    const expected = numericalGradient(f, [values, [4]])
    expectClose(grads[0], expected[0], { absolute: 2e-6, relative: 2e-5 })
    expectClose(grads[1], expected[1], { absolute: 2e-6, relative: 2e-5 })
    const each = iMixLoss(...halves(stacked), { partners, shares, temperature: 0.25, reduction: 'none' })
    expectClose(each, oracle(values, 4))
  })

  it('with shares of 1 is InfoNCE, with equal embeddings log n, and of one sample 0', () => {
    const [x, y] = halves(tf.tensor2d(values, [2 * n, d]))
    const whole = new Float32Array(n).fill(1)
    expectClose(iMixLoss(x, y, { partners, shares: whole }), infoNceLoss(x, y), { absolute: 0, relative: 0 })
    const same = tf.ones([n, d]) as tf.Tensor2D
    expectClose(iMixLoss(same, same, { partners, shares }), Math.log(n))
    const one = tf.ones([1, d]) as tf.Tensor2D
    expectClose(iMixLoss(one, one, { partners: [0], shares: [0.3] }), 0)
    const none = tf.zeros([0, d]) as tf.Tensor2D
    expectClose(iMixLoss(none, none, { partners: [], shares: [] }), 0)
  })

  it('equals float64 at logits of ±1000, and for rows of length 1e-18 and 1e18', () => {
    const scaled = Float32Array.from(
      values,
      (value, i) => value * (Math.floor(i / d) % 2 === 0 ? 1e-18 : 1e18),
    )
    const [x, y] = halves(tf.tensor2d(scaled, [2 * n, d]))
    const loss = iMixLoss(x, y, { partners, shares, logitScale: 1000 })
    expectClose(loss, meanOf(oracle(values, 1000)), { absolute: 1e-3, relative: 1e-5 })
  })

  it('leaks nothing, and names what does not fit', () => {
    const [x, y] = halves(tf.tensor2d(values, [2 * n, d]))
    expectNoLeak(() => iMixLoss(x, y, { partners, shares }))
    const wrong = (change: object) => () => iMixLoss(x, y, { partners, shares, ...change })
    expect(wrong({ partners: [0] })).toThrow(/partners must be of length 6, one for each query, got length 1/)
    expect(wrong({ partners: partners.with(1, 6) })).toThrow(
      /partners\[1\] must be an integer from 0 to 5, got 6/,
    )
    expect(wrong({ shares: shares.with(2, 1.5) })).toThrow(
      /shares\[2\] must be a number from 0 to 1, got 1\.5/,
    )
    expect(wrong({ shares: shares.with(0, Number.NaN) })).toThrow(
      /shares\[0\] must be a number from 0 to 1, got NaN/,
    )
    expect(wrong({ temperature: 1, logitScale: 1 })).toThrow('exclude each other')
    expect(() => iMixLoss(x, tf.zeros([n, 2]), { partners, shares })).toThrow(TypeError)
  })
})
