import { key } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, normalValues, parameterSlopes } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { bilinearCritic } from './bilinear-critic.ts'

const [n, m, dx, dy] = [3, 4, 2, 5]
const pair = () =>
  [tf.tensor2d(normalValues(1, n * dx), [n, dx]), tf.tensor2d(normalValues(2, m * dy), [m, dy])] as const

describeBackends('bilinearCritic', () => {
  afterEach(() => tf.disposeVariables())

  it.each([false, true])('is xᵀWy, less ½·yᵀAy where asked (%s)', quadratic => {
    const critic = bilinearCritic({ xDimension: dx, yDimension: dy, quadratic }, key(1))
    if (quadratic) critic.parameters.quadratic.assign(tf.tensor2d(normalValues(3, dy * dy), [dy, dy]))
    const W = critic.parameters.bilinear.arraySync() as number[][]
    const A = quadratic ? (critic.parameters.quadratic.arraySync() as number[][]) : undefined
    const [x, y] = pair()
    const expected = x.arraySync().flatMap(a =>
      y.arraySync().map(b => {
        const product = a.reduce((sum, u, i) => sum + b.reduce((s, v, j) => s + u * W[i][j] * v, 0), 0)
        const square = A ? b.reduce((sum, u, i) => sum + b.reduce((s, v, j) => s + u * A[i][j] * v, 0), 0) : 0
        return product - square / 2
      }),
    )
    expectClose(critic.logits(x, y), expected)
    const loss = () => tf.mean(tf.square(critic.logits(x, y))) as tf.Scalar
    for (const { name, exact, numerical } of parameterSlopes(loss, critic.parameters)) {
      expectClose(exact, numerical, { absolute: 5e-3, relative: 2e-3, what: name })
    }
    expectNoLeak(() => critic.logits(x, y))
  })
  it('holds the exact critic of correlated Gaussians: coefficients 0.52002 and −0.11070 at MI = 2, d = 20', () => {
    const [d, rho] = [20, 0.425757]
    const critic = bilinearCritic({ xDimension: d, yDimension: d, quadratic: true }, key(1))
    critic.parameters.bilinear.assign(tf.mul(tf.eye(d), 0.52002))
    critic.parameters.quadratic.assign(tf.mul(tf.eye(d), 2 * 0.1107))
    const x = normalValues(4, 3 * d)
    const y = normalValues(5, 3 * d)
    const logits = critic.logits(tf.tensor2d(x, [3, d]), tf.tensor2d(y, [3, d])).arraySync()
    /** log p(y given x) − log p(y) for rows i and j. */
    const logRatio = (i: number, j: number) => {
      let sum = (-d / 2) * Math.log(1 - rho ** 2)
      for (let k = 0; k < d; k++) {
        const [a, b] = [x[i * d + k], y[j * d + k]]
        sum += b ** 2 / 2 - (b - rho * a) ** 2 / (2 * (1 - rho ** 2))
      }
      return sum
    }
    // Equal in each row up to what is alike for all y.
    for (const i of [0, 1, 2]) {
      for (const j of [1, 2]) {
        const expected = logRatio(i, j) - logRatio(i, 0)
        expectClose(logits[i][j] - logits[i][0], expected, { absolute: 1e-3 })
      }
    }
  })
  it('refuses what does not fit', () => {
    expect(() => bilinearCritic({ xDimension: 0, yDimension: 1 }, key(1))).toThrow(
      /xDimension must be an integer of at least 1, got 0/,
    )
    const critic = bilinearCritic({ xDimension: dx, yDimension: dy }, key(1))
    const [x] = pair()
    expect(() => critic.logits(x, x)).toThrow(/logits: y must be float32 \[m, 5\], got float32 \[3, 2\]/)
  })
})
