import {
  describeBackends,
  expectClose,
  expectDirectionalGradients,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { clip, pairLogits, rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { clipLoss } from './clip.ts'
import { infoNceLoss } from './info-nce.ts'

const [n, d] = [6, 4]
const imageValues = normalValues(5, n * d)
const textValues = normalValues(6, n * d)

function embeddings(values: ArrayLike<number>, width = d): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(values), [values.length / width, width])
}

/** The loss of given logits: texts that are unit vectors make the picture embeddings the logits' rows. */
function lossOfLogits(logits: readonly (readonly number[])[], scale: number | tf.Scalar = 1): tf.Scalar {
  const image = embeddings(logits.flat(), logits.length)
  return clipLoss(image, tf.eye(logits.length) as tf.Tensor2D, { logitScale: scale, normalize: false })
}

describeBackends('clipLoss', () => {
  it('gives the closed form of S = [[2, 0], [1, 3]] and its gradients', () => {
    // dL/dS = (P_row + P_col − 2I)/2n, written out for this S; dL/d log s = Σ dL/dS∘S.
    const text = tf.eye(2) as tf.Tensor2D
    const f = (image: tf.Tensor, scale: tf.Tensor) =>
      clipLoss(image as tf.Tensor2D, text, { logitScale: scale, normalize: false })
    const image = tf.tensor2d([2, 0, 1, 3], [2, 2])
    expectClose(f(image, tf.scalar(1)), [0.15392627], { absolute: 1e-7 })
    const [ofImage, ofScale] = tf.grads(f)([image, tf.scalar(1)])
    expectClose(ofImage, [-0.0970361, 0.0416572, 0.0970361, -0.0416572], { absolute: 1e-6 })
    expectClose(ofScale, [-0.2220077], { absolute: 1e-6 })
  })
  it('equals float64 with its gradients for pictures, texts and the scale', () => {
    const f = (image: ArrayLike<number>, text: ArrayLike<number>, s: ArrayLike<number>) =>
      clip(pairLogits(unitRows(rowsOf(image, d)), unitRows(rowsOf(text, d)), s[0]))
    const inputs = [embeddings(imageValues), embeddings(textValues), tf.scalar(12)]
    const { value, grads } = tf.valueAndGrads((image, text, s) =>
      clipLoss(image as tf.Tensor2D, text as tf.Tensor2D, { logitScale: s }),
    )(inputs)
    expectClose(value, f(imageValues, textValues, [12]))
    const expected = numericalGradient(f, [imageValues, textValues, [12]])
    grads.forEach((grad, i) => {
      expectClose(grad, expected[i], { absolute: 2e-6, relative: 2e-5 })
    })
  })
  it('has the mixed second derivatives of float64', () => {
    // The gradient of ⟨dL/dimage, v⟩: the composed form, since fused ones are first order.
    const v = normalValues(7, n * d)
    const gradient = (image: ArrayLike<number>) =>
      numericalGradient(x => clip(pairLogits(rowsOf(x, d), rowsOf(textValues, d), 1)), [image], {
        eps: 1e-3,
      })[0]
    const direction = (image: ArrayLike<number>) => gradient(image).reduce((sum, g, i) => sum + g * v[i], 0)
    const [expected] = numericalGradient(direction, [imageValues], { eps: 1e-2 })
    const first = tf.grad(x =>
      clipLoss(x as tf.Tensor2D, embeddings(textValues), { logitScale: 1, normalize: false }),
    )
    const second = tf.grad(x => tf.sum(tf.mul(first(x), embeddings(v))))
    expectClose(second(embeddings(imageValues)), expected, { absolute: 5e-6, relative: 1e-4 })
  })
  it('is the mean of InfoNCE in both directions, from scale 1/0.07 on', () => {
    const [image, text] = [embeddings(imageValues), embeddings(textValues)]
    const options = { temperature: 0.07 }
    const both = tf.add(infoNceLoss(image, text, options), infoNceLoss(text, image, options))
    expectClose(clipLoss(image, text), tf.mul(both, 0.5))
    expectClose(clipLoss(image, text, options), tf.mul(both, 0.5))
  })
  it('orthogonal pairs at scale s give log(1 + (N − 1)e⁻ˢ): 3.94e-5 at N = 64, s = 1/0.07', () => {
    const eye = tf.eye(64) as tf.Tensor2D
    for (const s of [1, 1 / 0.07]) {
      const expected = Math.log1p(63 * Math.exp(-s))
      expectClose(clipLoss(eye, eye, { logitScale: s }), expected, { absolute: 0, relative: 1e-5 })
    }
    expect(Math.log1p(63 * Math.exp(-1 / 0.07))).toBeCloseTo(3.94e-5, 7)
  })

  it('case 1: logits of ±100 and ±1000 equal float64', () => {
    for (const scale of [100, 1000]) {
      const logits = pairLogits(unitRows(rowsOf(imageValues, d)), unitRows(rowsOf(textValues, d)), scale)
      const loss = clipLoss(embeddings(imageValues), embeddings(textValues), { logitScale: scale })
      expectClose(loss, clip(logits), { relative: 1e-5 })
    }
  })
  it('case 3: tiny losses are exact, and 1e4 added to every logit changes nothing', () => {
    const expected = Math.log1p(Math.exp(-20))
    for (const shift of [0, 1e4]) {
      expectClose(
        lossOfLogits([
          [20 + shift, shift],
          [shift, 20 + shift],
        ]),
        expected,
        { absolute: 0 },
      )
    }
  })
  it('case 4: uniform logits give exactly log N with zero gradient', () => {
    const same = tf.ones([7, 3]) as tf.Tensor2D
    const { value, grads } = tf.valueAndGrads((image, text, s) =>
      clipLoss(image as tf.Tensor2D, text as tf.Tensor2D, { logitScale: s }),
    )([same, same, tf.scalar(14)])
    expectClose(value, Math.log(7))
    expectClose(grads[0], tf.zeros([7, 3]))
    expectClose(grads[2], 0)
  })
  it('case 5: one pair, or none, is 0 with zero gradient', () => {
    for (const size of [1, 0]) {
      const image = tf.ones([size, 3]) as tf.Tensor2D
      const { value, grad } = tf.valueAndGrad(x => clipLoss(x as tf.Tensor2D, image))(image)
      expectClose(value, 0)
      expectClose(grad, tf.zeros([size, 3]))
    }
  })
  it('case 7: more pairs than a tile, and not a multiple of it, all logits below −88', () => {
    const size = 515
    const logits = Array.from({ length: size }, (_, i) => -200 - (i % 3))
    // Every row i holds one number, so rows cost log N each; column terms are float64's.
    const rows = logits.map(value => Array.from({ length: size }, () => value))
    const image = tf.tensor2d(logits, [size, 1])
    const loss = clipLoss(image, tf.ones([size, 1]), { logitScale: 1, normalize: false })
    expectClose(loss, clip(rows), { relative: 1e-5 })
  })
  it('case 8: duplicate pairs share the gradient', () => {
    const f = (image: ArrayLike<number>) =>
      clip(pairLogits(rowsOf(image, 2), rowsOf([1, 0, 1, 0, 0, 1], 2), 1))
    const image = [1, 2, 1, 2, 3, 0]
    const [expected] = numericalGradient(f, [image])
    const text = embeddings([1, 0, 1, 0, 0, 1], 2)
    const grad = tf.grad(x => clipLoss(x as tf.Tensor2D, text, { logitScale: 1, normalize: false }))
    expectClose(grad(embeddings(image, 2)), expected)
  })
  it('case 9: zero, tiny and huge embeddings keep loss and gradients right', () => {
    const image = rowsOf([0, 0, 1e-23, 2e-23, 1e20, -3e20], 2)
    const text = rowsOf([1, 0, 0, 0, 3e-23, 1e-23], 2)
    const value = clipLoss(tf.tensor2d(image), tf.tensor2d(text))
    expectClose(value, clip(pairLogits(unitRows(image), unitRows(text), 1 / 0.07)))
    expectDirectionalGradients((x, y) => clipLoss(x, y), image, text)
  })
  it('case 10: pictures and texts that differ in number are a TypeError that points to infoNceLoss', () => {
    const image = tf.ones([3, 2]) as tf.Tensor2D
    expect(() => clipLoss(image, tf.ones([4, 2]))).toThrow(TypeError)
    expect(() => clipLoss(image, tf.ones([4, 2]))).toThrow(
      /text must be float32 \[3, 2\], as image \(infoNceLoss takes as many keys as there are\), got float32 \[4, 2\]/,
    )
    expect(() => clipLoss(image, tf.ones([3, 4]))).toThrow(
      /text must be float32 \[m, 2\], got float32 \[3, 4\]/,
    )
    expect(() => clipLoss(image, image, { logitScale: 1, temperature: 1 })).toThrow(/exclude each other/)
  })
  it('case 11: the scale is never clamped, and its gradient is that of float64 above 100', () => {
    const f = (s: ArrayLike<number>) =>
      clip(pairLogits(unitRows(rowsOf(imageValues, d)), unitRows(rowsOf(textValues, d)), Math.exp(s[0])))
    const [expected] = numericalGradient(f, [[Math.log(200)]])
    const ofLog = tf.grad(t =>
      clipLoss(embeddings(imageValues), embeddings(textValues), { logitScale: tf.exp(t) }),
    )(tf.scalar(Math.log(200)))
    expectClose(ofLog, expected, { relative: 2e-5 })
  })

  it('does not depend on the order of pairs nor on a shift of all logits (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: -50, max: 50 }),
        (seed, size, shift) => {
          tf.tidy(() => {
            const logits = rowsOf(normalValues(seed, size * size, 3), size)
            const turned = logits.map((_, i) => logits.map((_, j) => logits[(i + 1) % size][(j + 1) % size]))
            const shifted = logits.map(row => row.map(value => value + shift))
            expectClose(lossOfLogits(logits), clip(logits))
            expectClose(lossOfLogits(turned), clip(logits))
            expectClose(lossOfLogits(shifted), clip(logits), { absolute: 1e-5 })
          })
        },
      ),
      { seed: 4, numRuns: 20 },
    )
  })
  it('keeps no tensor over 200 steps', () => {
    const [image, text] = [embeddings(imageValues), embeddings(textValues)]
    const step = tf.grads((x, y, s) => clipLoss(x as tf.Tensor2D, y as tf.Tensor2D, { logitScale: s }))
    const scale = tf.scalar(10)
    tf.dispose(step([image, text, scale]))
    const before = tf.memory().numTensors
    for (let i = 0; i < 200; i++) tf.dispose(step([image, text, scale]))
    expect(tf.memory().numTensors).toBe(before)
    expectNoLeak(() => clipLoss(image, text))
  })
})
