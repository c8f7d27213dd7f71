import { gaussianNoise, oneHotNoise, productNoise } from '@chiaro/noise'
import { foldIn, key } from '@chiaro/random'
import { describeBackends, expectWithin, meanOf } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { chainDiagnostics } from './chain-diagnostics.ts'
import { trainingChains } from './chains.ts'
import { boltzmann } from './energies/boltzmann.ts'

const noise = gaussianNoise({ mean: [0, 0], deviation: [1, 3] })
const model = { energy: (x: tf.Tensor) => tf.neg(noise.logProb(x)) as tf.Tensor1D }
const objective = { kind: 'cd', chainSteps: 10, stepSize: 0.1 } as const

describeBackends('training chains', () => {
  it('leave rows of the model rows of the model, and adapt their steps', async () => {
    const { negatives, buffers } = trainingChains(model, { objective, from: 'data', noise, key: key(1) })
    const start = noise.sample(key(2), 1000) as tf.Tensor2D
    const acceptances: number[] = []
    let rows: tf.Tensor = start
    for (let step = 0; step < 60; step++) {
      const moved = negatives(rows as tf.Tensor2D, foldIn(key(3), step))
      const { chainAcceptance } = moved.metrics as { readonly chainAcceptance: tf.Scalar }
      acceptances.push((await chainAcceptance.data())[0])
      rows = moved.rows
    }
    // Tiny steps are all but always accepted; log ε then rises until .574 are.
    expect(acceptances[0]).toBeGreaterThan(0.99)
    expect(Math.abs(acceptances[59] - 0.574)).toBeLessThan(0.03)
    const values = await rows.data()
    for (const [column, variance] of [1, 9].entries()) {
      const of = values.filter((_, i) => i % 2 === column)
      expectWithin(meanOf(of), 0, Math.sqrt(variance / 1000))
      expectWithin(
        meanOf(of, value => value ** 2),
        variance,
        variance * Math.sqrt(2 / 1000),
      )
    }
    tf.dispose(Object.values(buffers))
  })

  it('that live on go on where they were, some anew, and give back what they moved', async () => {
    const told = { ...objective, kind: 'pcd', chains: 40 } as const
    const chains = trainingChains(model, { objective: told, from: 'past', noise, key: key(1) })
    expect(Object.keys(chains.buffers)).toEqual(['chains/logStepSize', 'chains/rows', 'chains/ages'])
    const x = tf.zeros([16, 2]) as tf.Tensor2D
    const { rows } = chains.negatives(x, key(4))
    expect(rows.shape).toEqual([16, 2])
    const kept = Array.from(await chains.buffers['chains/rows'].data())
    const [first, second] = await rows.data()
    expect(kept.some((value, i) => value === first && kept[i + 1] === second)).toBe(true)
    const ages = await chains.buffers['chains/ages'].data()
    expect(Array.from(ages).filter(age => age === 1)).toHaveLength(16)
    // With fewer chains than rows in a batch, as many as there are.
    expect(chains.negatives(tf.zeros([60, 2]) as tf.Tensor2D, key(5)).rows.shape).toEqual([40, 2])
    tf.dispose(Object.values(chains.buffers))
  })

  it('carry no gradient to what they ran by', () => {
    const slope = tf.tidy(() => tf.variable(tf.scalar(2)))
    const sloped = { energy: (x: tf.Tensor) => tf.mul(slope, tf.sum(tf.square(x), 1)) as tf.Tensor1D }
    const { negatives, buffers } = trainingChains(sloped, { objective, from: 'data', noise, key: key(1) })
    const x = noise.sample(key(2), 50) as tf.Tensor2D
    const { grads } = tf.variableGrads(
      () => tf.sub(tf.mean(sloped.energy(x)), tf.mean(sloped.energy(negatives(x, key(6)).rows))) as tf.Scalar,
      [slope],
    )
    const { rows } = (() => {
      tf.dispose(Object.values(buffers))
      const again = trainingChains(sloped, { objective, from: 'data', noise, key: key(1) })
      const moved = again.negatives(x, key(6))
      tf.dispose(Object.values(again.buffers))
      return moved
    })()
    // Mean |x|² of data less that of negatives, these taken as they are.
    const square = (at: tf.Tensor) => meanOf(at.dataSync(), value => 2 * value ** 2)
    expect(grads[slope.name].dataSync()[0]).toBeCloseTo(square(x) - square(rows), 4)
    slope.dispose()
  })
})

describeBackends('diagnostics of chains', () => {
  const options = { chains: 16, warmup: 100, steps: 400, key: key(7) }

  it('of one Gaussian: they meet', async () => {
    const found = await chainDiagnostics(model, { ...options, noise })
    expect(found.acceptance).toBeGreaterThan(0.4)
    expect(found.acceptance).toBeLessThan(0.75)
    expect(found.rHat).toBeLessThan(1.05)
    expect(found.effectiveSampleSize).toBeGreaterThan(100)
  })

  it('of two far modes: they do not', async () => {
    const modes = (x: tf.Tensor) =>
      // Wells at ±10 of deviation 1, the barrier between them 50 nats high.
      tf.sum(tf.mul(tf.square(tf.sub(tf.abs(x), 10)), 0.5), 1) as tf.Tensor1D
    const wide = gaussianNoise({ mean: [0], deviation: [10] })
    const { rHat } = await chainDiagnostics({ energy: modes }, { ...options, noise: wide })
    expect(rHat).toBeGreaterThan(1.5)
  })

  it('of a Boltzmann machine go by its own steps', async () => {
    const blocks = [0, 1].map(i => ({ name: `${i}`, kind: 'categorical', start: 2 * i, width: 2 }) as const)
    const coins = productNoise(blocks.map(() => oneHotNoise({ weights: [1, 1] })))
    const machine = boltzmann.make({ noise: coins, blocks, width: 4, hidden: 2 }, key(1))
    const found = await chainDiagnostics(
      { energy: machine.energy.energy, gibbsStep: machine.gibbsStep },
      { ...options, noise: coins },
    )
    expect(found.acceptance).toBeUndefined()
    // With weights near 0 each step is all but a fresh draw.
    expect(found.rHat).toBeLessThan(1.02)
    tf.dispose(Object.values(machine.energy.parameters))
  })
})
