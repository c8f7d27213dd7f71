import { readFileSync } from 'node:fs'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { classificationReport } from './classification-report.ts'
import { fitLinearProbe } from './linear-probe.ts'

/** What fixtures/make-linear-probe.py wrote. */
const fixture: {
  readonly train: number
  readonly test: number
  readonly pixels: string
  readonly labels: readonly number[]
  readonly cases: readonly {
    readonly c: number
    readonly loss: number
    readonly weights: readonly number[]
    readonly predictions: readonly number[]
    readonly accuracy: number
  }[]
} = JSON.parse(readFileSync(new URL('../fixtures/linear-probe.json', import.meta.url), 'utf8'))

const [n, d] = [60, 3]
/** Three classes that overlap: a sine of row and column, and 1 in the class's own column. */
const rows = Array.from({ length: n }, (_, i) =>
  Array.from({ length: d }, (_, j) => Math.sin(1 + 3 * i + 7 * j * j) + (i % 3 === j ? 1 : 0)),
)
const labels = rows.map((_, i) => i % 3)

/**
 * scikit-learn 1.9.1 on the same rows: LogisticRegression(C=1/(60·0.05), tol=1e-12, max_iter=100000), coef_ transposed,
 * intercept_ less its mean.
 */
const published = {
  weights: [1.094426, -1.289045, 0.194618, -0.800044, 0.896321, -0.096277, -0.113285, -0.807407, 0.920692],
  bias: [-0.138236, 0.353416, -0.21518],
}

describeBackends('fitLinearProbe', () => {
  it('equals scikit-learn on the same rows', async () => {
    const features = tf.tensor2d(rows)
    const probe = await fitLinearProbe(features, labels, { regularization: 0.05, standardize: false })
    expect(probe.converged).toBe(true)
    expectClose(Array.from(probe.weights), published.weights, { absolute: 2e-4, relative: 2e-4 })
    const mean = probe.bias.reduce((sum, b) => sum + b, 0) / 3
    expectClose(
      Array.from(probe.bias, b => b - mean),
      published.bias,
      { absolute: 2e-4, relative: 2e-4 },
    )
    const predicted = tf.tidy(() => tf.argMax(probe.logits(features), 1).dataSync())
    expect(predicted.filter((label, i) => label === labels[i])).toHaveLength(49)
    features.dispose()
  })

  it.each(fixture.cases)(
    "equals scikit-learn's on its handwritten digits, C = $c",
    async ({ c, ...expected }) => {
      const { train, test } = fixture
      const pixels = Float32Array.from(Buffer.from(fixture.pixels, 'base64'), value => value / 16)
      const [x, y] = [pixels.subarray(0, train * 64), pixels.subarray(train * 64)]
      const [features, asked] = [tf.tensor2d(x, [train, 64]), tf.tensor2d(y, [test, 64])]
      const probe = await fitLinearProbe(features, fixture.labels.slice(0, train), {
        regularization: 1 / (train * c),
        standardize: false,
        tolerance: 1e-6,
      })
      expect(probe.converged).toBe(true)
      expect(Math.abs(probe.loss / expected.loss - 1)).toBeLessThan(1e-5)
      expectClose(Array.from(probe.weights), expected.weights, { absolute: 2e-3, relative: 2e-3 })
      const predictions = tf.tidy(() => Array.from(tf.argMax(probe.logits(asked), 1).dataSync()))
      expect(predictions).toEqual(expected.predictions)
      const { accuracy } = classificationReport(predictions, fixture.labels.slice(train), { classes: 10 })
      expect(accuracy).toBeCloseTo(expected.accuracy, 12)
      tf.dispose([features, asked])
    },
  )

  it('standardised, does not see the units of the features', async () => {
    const factors = [1e-3, 1, 500]
    const scaled = tf.tensor2d(rows.map(row => row.map((x, j) => 40 * factors[j] + factors[j] * x)))
    const plain = tf.tensor2d(rows)
    const [a, b] = [await fitLinearProbe(plain, labels), await fitLinearProbe(scaled, labels)]
    expect(b.loss).toBeCloseTo(a.loss, 4)
    const logits = [a.logits(plain), b.logits(scaled)].map(z => tf.tidy(() => tf.sub(z, tf.mean(z, 1, true))))
    expectClose(logits[1], logits[0].dataSync(), { absolute: 0.02, relative: 0.01 })
    tf.dispose([scaled, plain, logits])
  })

  it('parts classes that can be parted, many features and a constant one included', async () => {
    const values = normalValues(1, 200 * 20)
    const own = Array.from({ length: 200 }, (_, i) =>
      Array.from({ length: 20 }, (_, j) => (j === 7 ? 3 : values[i * 20 + j] + (j === i % 4 ? 12 : 0))),
    )
    const features = tf.tensor2d(own)
    const classes = own.map((_, i) => i % 4)
    const probe = await fitLinearProbe(features, classes)
    const predicted = tf.tidy(() => Array.from(tf.argMax(probe.logits(features), 1).dataSync()))
    expect(predicted).toEqual(classes)
    expect(probe.weights.slice(7 * 4, 8 * 4).every(w => w === 0)).toBe(true)
    features.dispose()
  })

  it('takes one copy of the features beside them, composed as many as its steps', async () => {
    const features = tf.tensor2d(normalValues(1, 4000 * 64), [4000, 64])
    const classes = Array.from({ length: 4000 }, (_, i) => i % 2)
    const before = tf.memory().numBytes
    const { peakBytes } = await tf.profile(async () => {
      await fitLinearProbe(features, classes, { maximumIterations: 2 })
      return []
    })
    const copies = (peakBytes - before) / (4 * features.size)
    expect(copies).toBeGreaterThan(1)
    expect(copies).toBeLessThan(tf.getBackend() === 'wasm' ? 1.4 : 4.4)
    features.dispose()
  })

  it('names what does not fit, and stops when told to', async () => {
    const features = tf.tensor2d(rows)
    const fit = (...more: [ArrayLike<number>, object?]) => fitLinearProbe(features, ...more)
    await expect(fit(labels.slice(1))).rejects.toThrow(
      /labels must be of length 60, one for each row, got length 59/,
    )
    await expect(fit(labels, { classes: 2 })).rejects.toThrow(
      /labels\[2\] must be an integer from 0 to 1, got 2/,
    )
    await expect(fit(labels, { regularization: -1 })).rejects.toThrow(/regularization/)
    await expect(fit(labels, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    await expect(fitLinearProbe(tf.tensor2d([[Number.NaN]]), [0])).rejects.toThrow(/features must be finite/)
    await expect(fitLinearProbe(tf.zeros([0, 2]), [])).rejects.toThrow(
      /features must be float32 \[n, d\] with n ≥ 1, got float32 \[0, 2\]/,
    )
    const probe = await fit(labels)
    expect(() => probe.logits(tf.zeros([1, 2]))).toThrow(
      /features must be float32 \[n, 3\], got float32 \[1, 2\]/,
    )
  })
})
