import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { gridKl, gridLogPartition } from './grid-log-partition.ts'

/** ½ xᵀΛx with unit variances and correlation ρ: Z = 2π√(1 − ρ²). */
const correlated = (rho: number) => (x: tf.Tensor) => {
  const [a, b] = tf.unstack(x, 1)
  const form = tf.sub(tf.add(tf.square(a), tf.square(b)), tf.mul(2 * rho, tf.mul(a, b)))
  return tf.div(form, 2 * (1 - rho * rho))
}
const isotropic = (x: tf.Tensor) => tf.div(tf.sum(tf.square(x), 1), 2)
const box = { low: [-7, -6], high: [7, 8], points: 120, batch: 1000 }

describeBackends('gridLogPartition', () => {
  it.each([0, 0.6, 0.9])('is that of a correlated Gaussian, ρ = %s', async rho => {
    const { logPartition, boundaryShare } = await gridLogPartition(correlated(rho), box)
    expect(logPartition).toBeCloseTo(Math.log(2 * Math.PI) + Math.log(1 - rho * rho) / 2, 6)
    expect(boundaryShare).toBeLessThan(1e-6)
  })
  it.each([1, 2, 3])('works in %i dimensions, with energies far from 0', async d => {
    const options = { low: new Array(d).fill(-6), high: new Array(d).fill(6), points: 24 }
    const { logPartition } = await gridLogPartition(x => tf.add(isotropic(x), 300), options)
    expect(logPartition).toBeCloseTo((d / 2) * Math.log(2 * Math.PI) - 300, 3)
  })
  it('is the log volume for an energy of 0, its boundary counted', async () => {
    const flat = (x: tf.Tensor) => tf.zeros([x.shape[0]])
    const { logPartition, boundaryShare } = await gridLogPartition(flat, {
      low: [0, 1],
      high: [2, 4],
      points: 10,
    })
    expect(logPartition).toBeCloseTo(Math.log(6), 12)
    expect(boundaryShare).toBeCloseTo(36 / 100, 12)
  })
  it('takes centres of cells, the last axis fastest, whatever the batch', async () => {
    const seen: number[][] = []
    const record = (x: tf.Tensor) => {
      seen.push(...(x.arraySync() as number[][]))
      return tf.zeros([x.shape[0]])
    }
    await gridLogPartition(record, { low: [0, 10], high: [2, 14], points: 2, batch: 3 })
    expect(seen).toEqual([
      [0.5, 11],
      [0.5, 13],
      [1.5, 11],
      [1.5, 13],
    ])
  })
  it('gives the divergence of two Gaussians, 0 of equal ones', async () => {
    // KL(N(0, Σ) ‖ N(0, I)) = −½ log det Σ for unit variances, and the reverse ½ (2ρ²/(1 − ρ²) + log det Σ).
    const rho = 0.6
    const logDet = Math.log(1 - rho * rho)
    expect(await gridKl({ from: correlated(rho), to: isotropic }, box)).toBeCloseTo(-logDet / 2, 6)
    const reverse = (2 * rho * rho) / (1 - rho * rho) / 2 + logDet / 2
    expect(await gridKl({ from: isotropic, to: correlated(rho) }, box)).toBeCloseTo(reverse, 5)
    expect(await gridKl({ from: isotropic, to: x => tf.add(isotropic(x), 5) }, box)).toBeCloseTo(0, 5)
  })
  it('takes +∞ for no mass, but not where the other has mass', async () => {
    const half = (x: tf.Tensor) => {
      const outside = tf.less(tf.slice(x, [0, 0], [-1, 1]), 0)
      return tf.reshape(tf.where(outside, Number.POSITIVE_INFINITY, tf.zeros(outside.shape)), [-1])
    }
    const flat = (x: tf.Tensor) => tf.zeros([x.shape[0]])
    const square = { low: [-1, -1], high: [1, 1], points: 10 }
    expect((await gridLogPartition(half, square)).logPartition).toBeCloseTo(Math.log(2), 12)
    expect(await gridKl({ from: half, to: flat }, square)).toBeCloseTo(Math.log(2), 12)
    await expect(gridKl({ from: flat, to: half }, square)).rejects.toThrow(
      /to must have mass wherever from has, got none at \(-0\.[89]/,
    )
  })
  it('keeps no tensor', async () => {
    const before = tf.memory().numTensors
    await gridLogPartition(isotropic, box)
    expect(tf.memory().numTensors).toBe(before)
  })
  it('refuses wrong boxes and energies, and stops', async () => {
    const run = (more: object, energy = isotropic) => gridLogPartition(energy, { ...box, ...more })
    await expect(run({ low: [], high: [] })).rejects.toThrow('low must be of 1 to 3 axes, got 0')
    await expect(run({ high: [1] })).rejects.toThrow(
      'high must be of length 2, one for each axis of low, got length 1',
    )
    await expect(run({ high: [7, -6] })).rejects.toThrow('high[1] must be a finite number above -6, got -6')
    await expect(run({ points: 1 })).rejects.toThrow('points must be an integer from 2 to 8192')
    await expect(run({ points: 1e5 })).rejects.toThrow('points must be an integer from 2 to 8192')
    await expect(run({ batch: 0 })).rejects.toThrow('batch must be an integer of at least 1')
    await expect(run({}, x => x)).rejects.toThrow(
      'energy must be a function to [1000], got float32 [1000, 2]',
    )
    const broken = (x: tf.Tensor) => tf.mul(isotropic(x), Number.NaN)
    await expect(run({}, broken)).rejects.toThrow(/energy must be above −∞, got NaN at \(-6\.9/)
    const none = (x: tf.Tensor) => tf.fill([x.shape[0]], Number.POSITIVE_INFINITY)
    await expect(run({}, none)).rejects.toThrow('got +∞ everywhere')
    await expect(run({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i)
  })
})
