import { tableFromRows } from '@chiaro/data'
import type { HeldOutLogLikelihood } from '@chiaro/evaluate'
import { key, normalValues } from '@chiaro/random'
import { describeBackends, useTestBackend } from '@chiaro/test-kit'
import type { Checkpoint } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodeRows } from '../../rows/encoded-rows.ts'
import { readSettings } from '../../settings/read-settings.ts'
import type { TaskReport } from '../../task.ts'
import { trainModel } from '../../train-model.ts'
import { density } from '../density.ts'
import { partTable } from '../parts.ts'
import type { DensityReport } from '../report.ts'
import { type DensitySettings, densitySettings } from '../settings.ts'
import { type ObjectiveName, objectiveNamed, objectiveNames } from './objectives.ts'

/** 1 + log 2π + ½ log det Σ of Σ = [[4, 1.2], [1.2, 1]]. */
const entropy = 1 + Math.log(2 * Math.PI) + Math.log(4 - 1.44) / 2

function tableOf(count: number) {
  const z = normalValues(key(3), 2 * count)
  const rows = z.map((value, i) => (i & 1 ? -2 + 0.6 * z[i - 1] + 0.8 * value : 3 + 2 * value))
  return tableFromRows(rows, 2, ['x', 'y'])
}

type Given = Partial<DensitySettings>

/** Trains as a command does, from a config that was JSON; told to stop, it goes on from what it kept. */
async function train(given: Given, { count = 200, stopAt = 0, onLoss = (_: number) => {} } = {}) {
  const table = tableOf(count)
  const settings = readSettings('density', densitySettings, given)
  const config = density.parse(JSON.parse(JSON.stringify(await density.configure(settings, table, key(4)))))
  let latest: Checkpoint | undefined
  const save = (checkpoint: Checkpoint) => {
    latest = checkpoint
  }
  const run = async (start?: Checkpoint) => {
    const model = density.prepare(config, key(4), table)
    const controller = new AbortController()
    const onStep = ({ step, loss }: { readonly step: number; readonly loss: number }) => {
      onLoss(loss)
      if (step === stopAt && start === undefined) controller.abort('enough')
    }
    const { signal } = controller
    const outcome = trainModel(density, model, table, key(4), { save, onStep, signal, start })
    return {
      model,
      outcome: await outcome.catch(error => (error === 'enough' ? undefined : Promise.reject(error))),
    }
  }
  let { model, outcome } = await run()
  if (stopAt > 0) ({ model, outcome } = await run(latest))
  return { model, table, outcome, latest: latest as Checkpoint }
}

describeBackends('every objective', () => {
  const small: Given = { widths: [6], noise: 'gaussian', steps: 6, batchSize: 16, validateEvery: 6 }

  it.each(objectiveNames)('%s goes on from a checkpoint to the bits of the unbroken run', async objective => {
    const whole = await train({ ...small, objective })
    expect(whole.latest.step).toBe(6)
    const resumed = await train({ ...small, objective }, { stopAt: 4 })
    expect(resumed.latest).toEqual(whole.latest)
    tf.disposeVariables()
  })
})

describe('on a Gaussian', () => {
  beforeAll(() => useTestBackend('wasm'))
  afterEach(() => tf.disposeVariables())
  const count = 6000
  const told: Given = { noise: 'gaussian', batchSize: 256, validateEvery: 1000 }
  const few = (objective: ObjectiveName): Given =>
    objectiveNamed(objective).chainsFrom === undefined
      ? {}
      : { chainSteps: 2, steps: 300, learningRate: 0.05 }

  /** Of the training rows as the model sees them: standardised, so that only their correlation is not 0 or 1. */
  function momentsOf(rows: Float32Array) {
    const n = rows.length / 2
    const mean = [0, 0]
    rows.forEach((value, i) => {
      mean[i & 1] += value / n
    })
    const product = (a: number, b: number) => {
      let sum = 0
      for (let i = 0; i < n; i++) sum += (rows[2 * i + a] - mean[a]) * (rows[2 * i + b] - mean[b])
      return sum / n
    }
    return { mean, covariance: [product(0, 0), product(0, 1), product(1, 1)] }
  }

  /** The mean and Σ = (LLᵀ)⁻¹ by the parameters of a checkpoint, log L_ii on the factor's diagonal. */
  function gaussianOf({ model }: Checkpoint) {
    const [a, , b, c] = model.factor.values
    const [p, q, r] = [Math.exp(a), b, Math.exp(c)]
    const [xx, xy, yy] = [p * p, p * q, q * q + r * r]
    const determinant = xx * yy - xy * xy
    return {
      mean: Array.from(model.mean.values),
      covariance: [yy / determinant, -xy / determinant, xx / determinant],
    }
  }

  /** How much larger an objective's standard errors are than those of likelihood, at most. */
  const closed: [ObjectiveName, number][] = [
    ['binary-nce', 2],
    ['ranking-nce', 2],
    ['conditional-nce', 3],
    ['ence', 2],
    ['cd', 2],
    ['pcd', 2],
    ['score-matching', 2],
    ['sliced', 2],
    ['denoising', 3],
  ]
  it.each(closed)('%s recovers mean and covariance', async (objective, factor) => {
    const { model, table, latest } = await train(
      { ...told, objective, energy: 'gaussian', steps: 500, learningRate: 0.03, ...few(objective) },
      { count },
    )
    const { parts, encoding } = model.config
    const { values, count: n } = encodeRows(partTable(table, parts, key(4)).training, encoding)
    const expected = momentsOf(values)
    // Denoising learns the density of disturbed rows.
    const blur = objective === 'denoising' ? 0.1 ** 2 : 0
    const found = gaussianOf(latest)
    // Four standard errors of a mean, and of a covariance of unit variances: √((1 + ρ²)/n) ≤ √(2/n).
    const tolerance = (4 * factor) / Math.sqrt(n)
    for (const [i, value] of expected.mean.entries()) {
      expect(Math.abs(found.mean[i] - value)).toBeLessThan(tolerance)
    }
    for (const [i, value] of expected.covariance.entries()) {
      const wanted = value + (i === 1 ? 0 : blur)
      expect(Math.abs(found.covariance[i] - wanted)).toBeLessThan(Math.SQRT2 * tolerance)
    }
  })

  it.each(objectiveNames)('%s ends in a held-out log-likelihood near the entropy', async objective => {
    const losses: number[] = []
    const { model, table } = await train(
      {
        ...told,
        ...few(objective),
        objective,
        widths: [16],
        noiseScale: 1.5,
        steps: 250,
        learningRate: 0.01,
      },
      { count, onLoss: loss => losses.push(loss) },
    )
    const report = (await density.report?.(model, table, key(4))) as TaskReport
    const { mean, standardError } = report.figures.logLikelihood as HeldOutLogLikelihood
    expect(mean).toBeLessThan(-entropy + 4 * standardError)
    expect(mean).toBeGreaterThan(-entropy - 0.1 - 4 * standardError)
    expect(report.sentences.join('\n')).toMatch(/with log Z by (annealed )?importance sampling/)
    const indifferent = density.indifferentLoss(model.config)
    if (indifferent !== undefined && objectiveNamed(objective).chainsFrom === undefined) {
      const last = losses.slice(-50)
      expect(last.reduce((sum, loss) => sum + loss, 0) / last.length).toBeLessThan(indifferent)
    }
  })
})

describe('on numbers and categories', () => {
  beforeAll(() => useTestBackend('wasm'))
  afterEach(() => tf.disposeVariables())

  it('telescoping learns both', async () => {
    // Two sites, readings of deviation ½ about 0 and 4.
    const rows = Array.from(normalValues(key(5), 3000), (z, i) =>
      i & 1 ? { site: 'north', reading: z / 2 } : { site: 'south', reading: 4 + z / 2 },
    )
    const told = { steps: 200, batchSize: 128, widths: [16], bridges: 2, learningRate: 0.02 }
    const model = await density.train({
      ...{ rows, objective: 'telescoping', noise: 'gaussian', ...told },
      key: key(6),
    })
    const report = model.report as unknown as DensityReport
    const { mean, standardError } = report.logLikelihood as HeldOutLogLikelihood
    // −log 2 − log ½√(2πe); noise of the two apart is log 2 of the sites and most of the gap below.
    const best = -Math.LN2 - Math.log(Math.sqrt(2 * Math.PI * Math.E) / 2)
    expect(mean).toBeLessThan(best + 4 * standardError)
    expect(mean).toBeGreaterThan(best - 0.1 - 4 * standardError)
    expect(report.noiseLogLikelihood.mean).toBeLessThan(best - 1)
    const impossible = [
      { site: 'north', reading: 4 },
      { site: 'south', reading: 4 },
    ]
    const [wrong, right] = await model.logDensity(impossible)
    expect(right - wrong).toBeGreaterThan(3)
  })
})
