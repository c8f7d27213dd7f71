import { key } from '@chiaro/random'
import { describeBackends, expectClose, meanOf, withLeapingClock } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { fitGaussianNoise } from './fit-gaussian-noise.ts'
import { fitMixtureNoise } from './fit-mixture-noise.ts'
import { type GaussianNoiseSpec, gaussianNoise } from './gaussian-noise.ts'
import { mixtureNoise } from './mixture-noise.ts'

const truth = mixtureNoise(
  [
    gaussianNoise({ mean: [-4, 0], deviation: [1, 0.5] }),
    gaussianNoise({
      mean: [3, 3],
      covariance: [
        [1, 0.8],
        [0.8, 1],
      ],
    }),
    gaussianNoise({ mean: [3, -5], deviation: [0.3, 2] }),
  ],
  [0.5, 0.3, 0.2],
)

describeBackends('fitMixtureNoise', () => {
  it('finds three Gaussians again', async () => {
    const x = truth.sample(key(1), 4000)
    const { spec } = await fitMixtureNoise(x, { key: key(2), components: 3 })
    const order = [...spec.weights.keys()].sort((a, b) => spec.weights[b] - spec.weights[a])
    expectClose(
      order.map(k => spec.weights[k]),
      [0.5, 0.3, 0.2],
      { absolute: 4 * Math.sqrt(0.25 / 4000) },
    )
    const found = order.map(k => spec.components[k] as GaussianNoiseSpec)
    // Four standard errors of the widest column's mean, deviation 2 over 800 rows.
    const absolute = 4 * (2 / Math.sqrt(800))
    expectClose(
      found.flatMap(({ mean }) => mean),
      [-4, 0, 3, 3, 3, -5],
      { absolute },
    )
    expect(found[1].covariance?.[0][1]).toBeCloseTo(0.8, 0)
  })
  it('lets events through, one of which may end it, and to the same bits', async () => {
    const x = truth.sample(key(1), 4000)
    const options = { key: key(2), components: 4, steps: 40 }
    const { spec } = await fitMixtureNoise(x, options)
    await withLeapingClock(async () => {
      expect((await fitMixtureNoise(x, options)).spec).toEqual(spec)
      const controller = new AbortController()
      setTimeout(() => controller.abort(new Error('enough')), 0)
      await expect(fitMixtureNoise(x, { ...options, signal: controller.signal })).rejects.toThrow('enough')
    })
  })
  it('is as likely as the truth, on rows it has not seen', async () => {
    const noise = await fitMixtureNoise(truth.sample(key(1), 2000), { key: key(3), components: 4 })
    const fresh = truth.sample(key(9), 4000)
    const [fitted, exact] = [noise, truth].map(density => density.logProb(fresh).dataSync())
    // Twenty-odd parameters cost about 23/2/2000 nats.
    expect(meanOf(exact) - meanOf(fitted)).toBeLessThan(0.03)
    expect(noise.sample(key(1), 10).shape).toEqual([10, 2])
  })
  it('with one component is the Gaussian fit with its floor', async () => {
    const x = truth.sample(key(1), 500)
    const { spec } = await fitMixtureNoise(x, { key: key(2), components: 1, floor: 0.5, inflation: 2 })
    const gaussian = await fitGaussianNoise(x)
    const [[a, b], [, c]] = gaussian.spec.covariance as number[][]
    expectClose((spec.components[0] as GaussianNoiseSpec).covariance as number[][], [
      [6 * a, 4 * b],
      [4 * b, 6 * c],
    ])
    const diagonal = await fitMixtureNoise(x, {
      key: key(2),
      components: 1,
      covariance: 'diagonal',
      floor: 1e-9,
    })
    expectClose((diagonal.spec.components[0] as GaussianNoiseSpec).deviation as number[], [
      Math.sqrt(a),
      Math.sqrt(c),
    ])
  })
  it('is the same for the same key, and does not collapse on repeated rows', async () => {
    const x = tf.tensor2d([[0], [0], [0], [0], [5], [5], [5]])
    const fit = (seed: number) => fitMixtureNoise(x, { key: key(seed), components: 4 })
    const [first, again] = [await fit(1), await fit(1)]
    expect(again.spec).toEqual(first.spec)
    expect(first.logProb(x).dataSync().every(Number.isFinite)).toBe(true)
  })
  it('refuses what it can’t fit', async () => {
    const x = tf.tensor2d([[1], [2]])
    await expect(fitMixtureNoise(x, { key: key(1), components: 3 })).rejects.toThrow(
      /components must be an integer from 1 to 2/,
    )
    await expect(fitMixtureNoise(tf.ones([9, 2]), { key: key(1) })).rejects.toThrow(/column 0 of x/)
    await expect(fitMixtureNoise(x, { key: key(1), components: 1, floor: 0 })).rejects.toThrow(/floor/)
  })
})
