import { energyFromFunction, gaussianEnergy } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { key } from '@chiaro/random'
import { useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { logPartitionsOf } from './log-partition.ts'
import type { DensityModel } from './model.ts'

beforeAll(() => useTestBackend('wasm'))

/** exp(−|x − centre|²/2σ²) in d numbers, whose Z is (2πσ²)^(d/2), beside a standard normal for noise. */
function modelOf({
  d,
  sigma,
  centre = 0,
  kind = 'numeric',
}: {
  d: number
  sigma: number
  centre?: number
  kind?: string
}) {
  const noise = gaussianNoise({ mean: Array(d).fill(0), deviation: Array(d).fill(1) })
  const density = energyFromFunction(x => tf.div(tf.sum(tf.square(tf.sub(x, centre)), 1), 2 * sigma ** 2))
  const columns = Array.from({ length: d }, (_, i) => ({
    name: `${i}`,
    kind,
    mean: 0,
    deviation: 1,
    categories: ['a'],
  }))
  const model = {
    ...{ noise, density, config: { encoding: { columns } } },
    logWeight: (x: tf.Tensor) => tf.tidy(() => tf.neg(tf.add(density.energy(x), noise.logProb(x)))),
  }
  return { model: model as unknown as DensityModel, truth: (d / 2) * Math.log(2 * Math.PI * sigma ** 2) }
}

it('is by importance sampling where the noise reaches the model', async () => {
  const { model, truth } = modelOf({ d: 2, sigma: 0.7 })
  const { independent, doubt } = await logPartitionsOf(model, key(1))
  expect(independent.by).toBe('importance sampling')
  expect(doubt).toBeUndefined()
  expect(Math.abs(independent.logPartition - truth)).toBeLessThan(4 * independent.standardError)
})

it('is annealed where it does not', async () => {
  const { model, truth } = modelOf({ d: 6, sigma: 0.2, centre: 0.5 })
  const { independent, importance, doubt } = await logPartitionsOf(model, key(1))
  // Of the noise's rows (σ·√(2 − σ²)·exp(−c²/(2 − σ²)))^d count, 2·10⁻⁴.
  expect(importance.effectiveSampleSize).toBeLessThan(100)
  expect(independent.by).toBe('annealed importance sampling')
  expect(doubt).toBeUndefined()
  expect(Math.abs(independent.logPartition - truth)).toBeLessThan(4 * independent.standardError)
  expect(independent.standardError).toBeLessThan(0.1)
})

it('stays with some hundred noise rows where rows cannot be annealed', async () => {
  // (σ·√(2 − σ²))^d, 5·10⁻³ of them.
  const { model, truth } = modelOf({ d: 6, sigma: 0.3, kind: 'categorical' })
  const { independent, doubt } = await logPartitionsOf(model, key(1))
  expect(independent.effectiveSampleSize).toBeGreaterThan(100)
  expect(independent.effectiveSampleSize).toBeLessThan(500)
  expect(independent.by).toBe('importance sampling')
  expect(doubt).toBeUndefined()
  expect(Math.abs(independent.logPartition - truth)).toBeLessThan(4 * independent.standardError)
})

it('is in doubt where neither can say, and says why', async () => {
  const { model } = modelOf({ d: 6, sigma: 0.2, centre: 0.5, kind: 'categorical' })
  const { independent, doubt } = await logPartitionsOf(model, key(1))
  expect(independent.by).toBe('importance sampling')
  expect(doubt).toMatch(/^\d+\.\d of 50000 noise rows carry weight, and rows with categories/)
})

it('is in closed form where the energy has one', async () => {
  const { model } = modelOf({ d: 2, sigma: 0.7 })
  const exact = gaussianEnergy({ dimension: 2, precision: [4, 1] })
  const { independent, exact: value } = await logPartitionsOf({ ...model, exact }, key(1))
  // log 2π − ½ log det Λ
  expect(value).toBeCloseTo(Math.log(2 * Math.PI) - Math.log(4) / 2, 5)
  expect(independent).toEqual({ by: 'closed form', logPartition: value, standardError: 0 })
  tf.disposeVariables()
})
