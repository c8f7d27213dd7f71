import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { pairLogits, rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import { sigmoidRows } from '@chiaro/test-kit/oracles/pairwise-losses'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { type SiglipLossOptions, siglipLoss } from './siglip.ts'

function oracle(
  x: ArrayLike<number>,
  t: ArrayLike<number>,
  d: number,
  scale: number,
  bias: number,
): number[] {
  const logits = pairLogits(unitRows(rowsOf(x, d)), unitRows(rowsOf(t, d)), scale)
  return sigmoidRows(logits.map(row => row.map(z => z + bias)))
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

const [n, d] = [5, 3]
const [images, texts] = [normalValues(1, n * d), normalValues(2, n * d)]

/** The loss as a function of images, texts, scale and bias. */
function loss(x: tf.Tensor, t: tf.Tensor, s: tf.Tensor, b: tf.Tensor): tf.Scalar {
  return siglipLoss(x as tf.Tensor2D, t as tf.Tensor2D, { logitScale: s, logitBias: b })
}

describeBackends('siglipLoss', () => {
  it('equals float64 with its gradients, for images, texts, scale and bias', () => {
    const f = (x: ArrayLike<number>, t: ArrayLike<number>, s: ArrayLike<number>, b: ArrayLike<number>) =>
      mean(oracle(x, t, d, s[0], b[0]))
    const inputs = [
      tf.tensor2d(images, [n, d]),
      tf.tensor2d(texts, [n, d]),
      tf.scalar(3),
      tf.tensor1d([-1.5]),
    ]
    const { value, grads } = tf.valueAndGrads(loss)(inputs)
    expectClose(value, f(images, texts, [3], [-1.5]))
    numericalGradient(f, [images, texts, [3], [-1.5]]).forEach((expected, at) => {
      expectClose(grads[at], expected, { absolute: 2e-6, relative: 2e-5 })
    })
  })
  it('further texts are wrong for every image: values and gradients equal float64, within a square and across', () => {
    for (const [rows, more] of [
      [3, 4],
      [258, 300],
    ]) {
      const d = 2
      const given = [normalValues(5, rows * d), normalValues(6, rows * d), normalValues(7, more * d)]
      const of = (x: Float32Array, t: Float32Array, q: Float32Array) =>
        mean(oracle(x, Float32Array.of(...t, ...q), d, 3, -1.5))
      const f = (x: tf.Tensor, t: tf.Tensor, negatives: tf.Tensor) =>
        siglipLoss(x, t, { logitScale: 3, logitBias: -1.5, negatives })
      const inputs = given.map(values => tf.tensor2d(values, [values.length / d, d]))
      const { value, grads } = tf.valueAndGrads(f)(inputs)
      expectClose(value, of(given[0], given[1], given[2]), { relative: 1e-6 })
      // A step along each gradient changes float64's value by its square.
      grads.forEach((gradient, at) => {
        const slope = Array.from(gradient.dataSync())
        const moved = (by: number) => {
          const [x, t, q] = given.map((values, i) =>
            i === at ? values.map((v, j) => v + by * slope[j]) : values,
          )
          return of(x, t, q)
        }
        const square = slope.reduce((sum, g) => sum + g * g, 0)
        expect((moved(1e-3) - moved(-1e-3)) / 2e-3 / square).toBeCloseTo(1, 3)
      })
    }
  })
  it('case 15: 64 zero cosines at the start cost 10.00291: softplus keeps the e⁻¹⁰ of wrong pairs', () => {
    // Images in the first coordinate, texts in the second.
    const image = tf.tile(tf.tensor2d([[1, 0]]), [64, 1]) as tf.Tensor2D
    const text = tf.tile(tf.tensor2d([[0, 1]]), [64, 1]) as tf.Tensor2D
    const start = siglipLoss(image, text)
    const small = Math.log1p(Math.exp(-10))
    expectClose(start, 10 + 64 * small, { absolute: 0, relative: 1e-6 })
    expect(start.dataSync()[0]).toBeCloseTo(10.00291, 4)
    // One wrong pair alone: half an ulp of 1 would hide it from log(exp(x) + 1).
    const wrong = siglipLoss(image, text, { logitBias: -13.93, reduction: 'none' })
    expectClose(tf.sub(wrong, 13.93), new Array(64).fill(64 * Math.log1p(Math.exp(-13.93))), {
      absolute: 2e-6,
    })
  })
  it('case 7, 12: squares that do not divide n give the same, values and gradients', () => {
    const size = 515
    const [x, t] = [normalValues(3, size * 2), normalValues(4, size * 2)]
    const inputs = [tf.tensor2d(x, [size, 2]), tf.tensor2d(t, [size, 2]), tf.scalar(5), tf.scalar(-4)]
    const rows = oracle(x, t, 2, 5, -4)
    const options = { logitScale: 5, logitBias: -4 }
    expectClose(
      siglipLoss(inputs[0] as tf.Tensor2D, inputs[1] as tf.Tensor2D, { ...options, reduction: 'none' }),
      rows,
    )
    const { value, grads } = tf.valueAndGrads(loss)(inputs)
    expectClose(value, mean(rows))
    const f = (s: ArrayLike<number>, b: ArrayLike<number>) => mean(oracle(x, t, 2, s[0], b[0]))
    const [ofScale, ofBias] = numericalGradient(f, [[5], [-4]])
    expectClose(grads[2], ofScale, { relative: 1e-4 })
    expectClose(grads[3], ofBias, { relative: 1e-4 })
    // Images and texts change places: the gradient follows, also across squares.
    const swapped = tf.grads(loss)([inputs[1], inputs[0], inputs[2], inputs[3]])
    expectClose(grads[0], swapped[1].dataSync(), { absolute: 1e-6, relative: 1e-4 })
    expectClose(grads[1], swapped[0].dataSync(), { absolute: 1e-6, relative: 1e-4 })
  })
  it('case 1, 2, 16: logits of ±1000: the worst pair costs its logit, with slopes of exactly ±1', () => {
    const x = tf.tensor2d([[1, 0]])
    const t = tf.tensor2d([[-1, 0]])
    const { value, grads } = tf.valueAndGrads(loss)([x, t, tf.scalar(1000), tf.scalar(0)])
    expectClose(value, 1000)
    expectClose(grads[2], 1)
    expectClose(grads[3], -1)
    expectClose(siglipLoss(x, x, { logitScale: 1000, logitBias: 0 }), 0)
  })
  it('case 3: a nearly perfect pair keeps the digits of its tiny loss', () => {
    const x = tf.tensor2d([[1, 0]])
    const tiny = siglipLoss(x, x, { logitScale: 30, logitBias: 0 })
    expectClose(tiny, Math.exp(-30), { absolute: 0, relative: 1e-5 })
  })
  it('case 4, 8: equal embeddings: a known value, and no gradient for directions', () => {
    const same = tf.ones([6, 4]) as tf.Tensor2D
    const { value, grads } = tf.valueAndGrads(loss)([same, same, tf.scalar(10), tf.scalar(-10)])
    expectClose(value, 6 * Math.log(2))
    for (const grad of grads.slice(0, 2)) expectClose(grad, tf.zeros([6, 4]), { absolute: 1e-5 })
  })
  it('case 5: one pair has no wrong ones; an empty batch gives 0', () => {
    const one = tf.ones([1, 2]) as tf.Tensor2D
    expectClose(siglipLoss(one, one), Math.log(2))
    const none = tf.zeros([0, 2]) as tf.Tensor2D
    expectClose(siglipLoss(none, none), 0)
    const [ofImage, , ofScale] = tf.grads(loss)([none, none, tf.scalar(10), tf.scalar(-10)])
    expect(ofImage.shape).toEqual([0, 2])
    expectClose(ofScale, 0)
  })
  it('case 9: zero, tiny and huge vectors stay right', () => {
    const x = [0, 0, 1e-23, 2e-23, 1e20, -3e20]
    const t = [1, 1, 3e-23, 0, 1, 0]
    const [logitScale, logitBias] = [10, -10]
    const value = siglipLoss(tf.tensor2d(x, [3, 2]), tf.tensor2d(t, [3, 2]), { logitScale, logitBias })
    expectClose(value, mean(oracle(x, t, 2, logitScale, logitBias)))
    expectDirectionalGradients(
      (image, text) => siglipLoss(image, text, { logitScale, logitBias }),
      rowsOf(x, 2),
      rowsOf(t, 2),
    )
  })
  it('has second derivatives', () => {
    const f = (x: ArrayLike<number>) => mean(oracle(x, texts, d, 3, -1.5))
    const direction = Array.from(normalValues(5, n * d))
    const [expected] = numericalGradient(
      x => numericalGradient(f, [x])[0].reduce((sum, g, i) => sum + g * direction[i], 0),
      [images],
      { eps: 1e-3 },
    )
    const [t, v] = [tf.tensor2d(texts, [n, d]), tf.tensor2d(direction, [n, d])]
    const slope = tf.grad(x => loss(x, t, tf.scalar(3), tf.scalar(-1.5)))
    const actual = tf.grad(x => tf.sum(tf.mul(v, slope(x))))(tf.tensor2d(images, [n, d]))
    expectClose(actual, expected, { absolute: 1e-4, relative: 1e-4 })
  })
  it('never stores all pairs, forward or backward', async () => {
    const size = 2048
    const [x, t] = [normalValues(6, size * 2), normalValues(7, size * 2)]
    const inputs = [tf.tensor2d(x, [size, 2]), tf.tensor2d(t, [size, 2]), tf.scalar(5), tf.scalar(-4)]
    const before = tf.memory().numBytes
    const { peakBytes } = await tf.profile(() => tf.grads(loss)(inputs))
    // The pairs would take 16 MB once, and softplus needs them several times over.
    expect(peakBytes - before).toBeLessThan((4 * size * size) / 2)
  })
  it('leaks nothing', () => {
    const inputs = [tf.tensor2d(images, [n, d]), tf.tensor2d(texts, [n, d]), tf.scalar(3), tf.scalar(-1.5)]
    expectNoLeak(() => siglipLoss(inputs[0] as tf.Tensor2D, inputs[1] as tf.Tensor2D))
    expectNoLeak(() => tf.grads(loss)(inputs))
  })
  it('names the argument that does not fit', () => {
    const x = tf.ones([2, 3]) as tf.Tensor2D
    const call = (options: SiglipLossOptions) => () => siglipLoss(x, x, options)
    expect(() => siglipLoss(x, tf.ones([3, 3]))).toThrow(
      /siglipLoss: text must be float32 \[2, 3\], as image/,
    )
    expect(() => siglipLoss(x, tf.ones([2, 4]))).toThrow(/text must be float32 \[2, 3\], as image/)
    expect(call({ negatives: tf.zeros([2, 4]) })).toThrow(/siglipLoss: negatives must be float32 \[q, 3\]/)
    expect(call({ logitBias: Number.NaN })).toThrow(/logitBias must be a finite number/)
    expect(call({ logitBias: tf.zeros([2]) })).toThrow(
      /logitBias must be a number or a scalar tensor, got float32 \[2\]/,
    )
    expect(call({ logitScale: 1, temperature: 1 })).toThrow(/exclude each other/)
  })
})
