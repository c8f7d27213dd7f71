import {
  describeBackends,
  expectClose,
  expectNoLeak,
  normalValues,
  numericalGradient,
} from '@chiaro/test-kit'
import { ntXent, rowsOf, unitRows } from '@chiaro/test-kit/oracles/contrastive'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type NtXentOptions, ntXentLoss } from './nt-xent.ts'

/** V tensors [n, d] of the stacked values. */
function viewsOf(stacked: tf.Tensor, count: number): tf.Tensor2D[] {
  return tf.split(stacked, count) as tf.Tensor2D[]
}

function expectEqualToOracle(views: number, n: number, options: NtXentOptions<'mean'> = {}): void {
  const d = 3
  const values = normalValues(10 * views + n, views * n * d)
  const f = (x: ArrayLike<number>, s: ArrayLike<number>) =>
    ntXent(unitRows(rowsOf(x, d)), views, s[0], options.decoupled)
  const stacked = tf.tensor2d(values, [views * n, d])
  const { value, grads } = tf.valueAndGrads((x, s) =>
    ntXentLoss(viewsOf(x, views), { ...options, logitScale: s }),
  )([stacked, tf.scalar(5)])
  expectClose(value, f(values, [5]))
  const expected = numericalGradient(f, [values, [5]])
  expectClose(grads[0], expected[0], { absolute: 2e-6, relative: 2e-5 })
  expectClose(grads[1], expected[1], { absolute: 2e-6, relative: 2e-5 })
}

describeBackends('ntXentLoss', () => {
  it('equals float64 with its gradients for two views', () => {
    expectEqualToOracle(2, 5)
    expectEqualToOracle(2, 5, { decoupled: true })
  })
  it('case 10: equals float64 for three and four views, averaging over all positives of an anchor', () => {
    expectEqualToOracle(3, 4)
    expectEqualToOracle(4, 2)
    expectEqualToOracle(3, 4, { decoupled: true })
  })
  it('has temperature 0.1 by default', () => {
    const views = viewsOf(tf.tensor2d(normalValues(2, 24), [8, 3]), 2)
    expectClose(ntXentLoss(views), ntXentLoss(views, { temperature: 0.1 }))
    expectClose(ntXentLoss(views, { logitScale: 2 }), ntXentLoss(views, { temperature: 0.5 }))
  })
  it.each([
    [64, 4.84419],
    [256, 6.23637],
  ])('case 4: %i pairs of equal embeddings give log(2N − 1) with zero gradient', (n, published) => {
    const same = tf.ones([n, 4]) as tf.Tensor2D
    const { value, grads } = tf.valueAndGrads((a, b) => ntXentLoss([a, b] as tf.Tensor2D[]))([same, same])
    expectClose(value, Math.log(2 * n - 1))
    expect(value.dataSync()[0]).toBeCloseTo(published, 4)
    for (const grad of grads) expectClose(grad, tf.zeros([n, 4]))
  })
  it('reaches its floor at a simplex: log(1 + (2N − 2)·e^(−N/((N − 1)τ)))', () => {
    const n = 64
    // The centred unit vectors of R^N are a regular simplex once normalised.
    const simplex = tf.sub(tf.eye(n), 1 / n) as tf.Tensor2D
    for (const [temperature, published] of [
      [0.5, 2.863309],
      [0.1, 0.004869],
    ]) {
      const loss = ntXentLoss([simplex, simplex], { temperature })
      const expected = Math.log1p((2 * n - 2) * Math.exp(-n / ((n - 1) * temperature)))
      expectClose(loss, expected, { absolute: 0, relative: 1e-5 })
      expect(loss.dataSync()[0]).toBeCloseTo(published, 5)
    }
  })
  it('case 2: opposite views cost about 2/τ', () => {
    const [a, b] = [
      tf.tensor2d([
        [1, 0],
        [0, 1],
      ]),
      tf.tensor2d([
        [-1, 0],
        [0, -1],
      ]),
    ]
    // In each row: the positive at −1, two orthogonal negatives at 0.
    const expected = 100 + Math.log(2 + Math.exp(-100))
    expectClose(ntXentLoss([a, b], { temperature: 0.01 }), expected)
  })
  it('case 5: one sample in two views has no negatives and gives 0; an empty batch too', () => {
    for (const size of [1, 0]) {
      for (const decoupled of [false, true]) {
        const view = tf.ones([size, 3]) as tf.Tensor2D
        const { value, grad } = tf.valueAndGrad(x => ntXentLoss([x as tf.Tensor2D, view], { decoupled }))(
          view,
        )
        expectClose(value, 0)
        expectClose(grad, tf.zeros([size, 3]))
      }
    }
    // With three views the other two positives compete: log 2.
    const view = tf.ones([1, 3]) as tf.Tensor2D
    expectClose(ntXentLoss([view, view, view]), Math.log(2))
  })
  it('case 6: the anchor itself is selected away, however unlike its negatives', () => {
    // At τ = 0.01 the self-logit is 100 above anything else: a trace of it would dominate.
    const a = tf.tensor2d([
      [1, 0],
      [0, 1],
    ])
    const expected = Math.log(3)
    const b = tf.tensor2d([
      [0, 1],
      [1, 0],
    ])
    // Rows: positive 0, negatives 0 and 1.
    expectClose(ntXentLoss([a, b], { temperature: 0.01 }), 100 + Math.log1p(2 * Math.exp(-100)))
    expectClose(ntXentLoss([tf.ones([2, 2]), tf.ones([2, 2])], { temperature: 0.01 }), expected)
  })
  it('gives one value an anchor, view-major, for reduction none', () => {
    const views = viewsOf(tf.tensor2d(normalValues(8, 18), [6, 3]), 2)
    const rows = ntXentLoss(views, { reduction: 'none' })
    expect(rows.shape).toEqual([6])
    expectClose(tf.mean(rows), ntXentLoss(views))
  })
  it('does not depend on the order of samples nor of views, nor on the lengths of embeddings (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 2, max: 6 }), (seed, n) => {
        tf.tidy(() => {
          const views = viewsOf(tf.tensor2d(normalValues(seed, 9 * n), [3 * n, 3]), 3)
          const loss = ntXentLoss(views)
          const order = tf.tensor1d(
            Array.from({ length: n }, (_, i) => (i + 1 + seed) % n),
            'int32',
          )
          expectClose(ntXentLoss(views.map(view => tf.gather(view, order))), loss, { relative: 1e-5 })
          expectClose(ntXentLoss([...views].reverse()), loss, { relative: 1e-5 })
          expectClose(ntXentLoss(views.map(view => tf.mul(view, 7))), loss, { relative: 1e-5 })
        })
      }),
      { seed: 5, numRuns: 15 },
    )
  })
  it.each([2, 3])(
    'takes %i views stacked in one tensor for what they are apart, with the same gradient',
    count => {
      const n = 4
      const stacked = tf.tensor2d(normalValues(count, count * n * 3), [count * n, 3])
      for (const options of [{}, { decoupled: true }, { temperature: 0.5 }]) {
        const together = tf.valueAndGrad(z => ntXentLoss(z as tf.Tensor2D, { ...options, views: count }))(
          stacked,
        )
        const apart = tf.valueAndGrad(z => ntXentLoss(viewsOf(z, count), options))(stacked)
        expectClose(together.value, apart.value, { absolute: 0, relative: 0 })
        expectClose(together.grad, apart.grad, { absolute: 0, relative: 0 })
      }
    },
  )
  it('keeps no tensor over 200 steps', () => {
    const views = viewsOf(tf.tensor2d(normalValues(8, 36), [12, 3]), 3)
    const step = tf.grads((...x) => ntXentLoss(x as tf.Tensor2D[]))
    tf.dispose(step(views))
    const before = tf.memory().numTensors
    for (let i = 0; i < 200; i++) tf.dispose(step(views))
    expect(tf.memory().numTensors).toBe(before)
    expectNoLeak(() => ntXentLoss(views))
  })
  it('refuses one view, and views that differ', () => {
    const view = tf.ones([2, 3]) as tf.Tensor2D
    expect(() => ntXentLoss([view])).toThrow(/views must be of length at least 2, got length 1/)
    expect(() => ntXentLoss([view, tf.ones([3, 3])])).toThrow(
      /views\[1\] must be float32 \[2, 3\], as views\[0\], got float32 \[3, 3\]/,
    )
    expect(() => ntXentLoss([view, view], { temperature: -1 })).toThrow(
      /ntXentLoss: temperature must be a finite number above 0/,
    )
    expect(() => ntXentLoss(view)).toThrow(/one tensor needs the number of views it stacks/)
    expect(() => ntXentLoss(view, { views: 1 })).toThrow(
      /options.views must be an integer of at least 2, got 1/,
    )
    expect(() => ntXentLoss(tf.ones([5, 3]), { views: 2 })).toThrow(
      /views must be \[2·n, d\], .*, got \[5, 3\]/,
    )
    expect(() => ntXentLoss([view, view], { views: 2 })).toThrow(/views counts what one tensor stacks/)
  })
})
