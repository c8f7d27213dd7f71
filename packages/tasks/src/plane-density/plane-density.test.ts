import { tableFromRows } from '@chiaro/data'
import { gaussianNoise } from '@chiaro/noise'
import { key } from '@chiaro/random'
import { useTestBackend } from '@chiaro/test-kit'
import type { Checkpoint } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { readSettings } from '../settings/read-settings.ts'
import { trainModel } from '../train-model.ts'
import { followingChains } from './chains.ts'
import { withLogPartition } from './model.ts'
import { planeDensity } from './plane-density.ts'
import { type PlaneSettings, planeSettings } from './settings.ts'

beforeAll(() => useTestBackend('wasm'))
afterEach(() => tf.disposeVariables())

const truth = gaussianNoise({
  mean: [0.5, -0.5],
  covariance: [
    [1.5, 0.9],
    [0.9, 1],
  ],
})
function tableOf(count: number) {
  const rows = tf.tidy(() => truth.sample(key(3), count))
  return tableFromRows(rows.dataSync(), 2, ['x', 'y'])
}

async function train(given: Partial<PlaneSettings>, count = 600, stopAt?: number) {
  const table = tableOf(count)
  const settings = readSettings('plane', planeSettings, given)
  const config = await planeDensity.configure(settings, table, key(4))
  const checkpoints: Checkpoint[] = []
  const save = (checkpoint: Checkpoint) => void checkpoints.push(checkpoint)
  const model = planeDensity.prepare(config, key(4), table)
  const controller = new AbortController()
  const onStep = ({ step }: { readonly step: number }) => {
    if (step === stopAt) controller.abort('enough')
  }
  const { signal } = controller
  await trainModel(planeDensity, model, table, key(4), { save, onStep, signal }).catch(error => {
    if (error !== 'enough') throw error
  })
  return { table, config, model, latest: checkpoints.at(-1) as Checkpoint }
}

it('learns a Gaussian: log Z is that of its energy, and its rows are as likely as can be', async () => {
  const { model } = await train({ energy: 'gaussian', steps: 900 }, 12_000)
  const learned = model.density.logPartition.dataSync()[0]
  const exact = model.exactLogPartition?.().dataSync()[0] as number
  expect(Math.abs(learned - exact)).toBeLessThan(0.1)
  const likely = tf.mean(model.density.logDensity(truth.sample(key(5), 4000))).dataSync()[0]
  // Less the divergence: the entropy is 1 + log 2π + ½ log det Σ, det Σ = 1.5·1 − 0.9².
  const entropy = 1 + Math.log(2 * Math.PI) + Math.log(1.5 - 0.81) / 2
  expect(Math.abs(likely + entropy)).toBeLessThan(0.15)
})

const objectives = ['binary', 'ranking', 'conditional', 'divergence', 'denoising', 'sliced'] as const
it.each(objectives)('%s goes on from a checkpoint to the bits of the unbroken run', async objective => {
  const given: Partial<PlaneSettings> = {
    objective,
    widths: [8],
    steps: 8,
    batchSize: 32,
    noise: 'student-t',
  }
  const whole = await train(given)
  const part = await train(given, 600, 3)
  expect(part.latest.step).toBe(3)
  // As from a file: config by JSON, a fresh model.
  const config = planeDensity.parse(JSON.parse(JSON.stringify(part.config)))
  const model = planeDensity.prepare(config, key(4), part.table)
  let last: Checkpoint | undefined
  await trainModel(planeDensity, model, part.table, key(4), {
    start: part.latest,
    save: checkpoint => {
      last = checkpoint
    },
  })
  expect(last).toEqual(whole.latest)
})

it('leaves log Z alone where the objective does not learn it, and keeps the one that is found', async () => {
  const { model, latest } = await train({ objective: 'ranking', widths: [4], steps: 3, batchSize: 16 })
  expect(Object.keys(model.buffers).toSorted()).toEqual(['logPartition', 'output/bias'])
  expect(latest.model.logPartition.values[0]).toBe(0)
  expect(withLogPartition(model, latest, 1.5).model.logPartition.values[0]).toBe(1.5)
})

it('takes noise and ν as they are at each step', async () => {
  const table = tableOf(100)
  const settings = readSettings('plane', planeSettings, { widths: [4], steps: 4, batchSize: 16 })
  const config = await planeDensity.configure(settings, table, key(4))
  const model = planeDensity.prepare(config, key(4), table)
  const losses: number[] = []
  let noiseRatio = 1
  await trainModel(planeDensity, model, table, key(4), {
    live: () => ({ ...config, training: { ...config.training, noiseRatio } }),
    onStep: ({ loss }) => {
      losses.push(loss)
      noiseRatio = 30
    },
  })
  // log(1+ν) + ν·log(1+1/ν) at 1 and at 30, give or take what the model knows.
  expect(losses[0]).toBeLessThan(2)
  expect(losses[1]).toBeGreaterThan(3)
})

it('chains follow the model, the same for the same key', async () => {
  const { model } = await train({ energy: 'gaussian', steps: 2, batchSize: 16 })
  const walk = async () => {
    const chains = followingChains(model, 1, key(9))
    await chains.move(1)
    const { numTensors } = tf.memory()
    const values = (await (await chains.move(2)).data()).slice()
    expect(tf.memory().numTensors).toBe(numTensors)
    chains.dispose()
    return values
  }
  const values = await walk()
  expect(values.length).toBe(600)
  expect(values.every(Number.isFinite)).toBe(true)
  expect(await walk()).toEqual(values)
})
