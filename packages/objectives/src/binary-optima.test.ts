import { describeBackends, expectClose, newtonMinimum, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { binaryNceLoss } from './binary-nce.ts'

const p = [0.5, 0.3, 0.15, 0.05]
const q = [0.4, 0.3, 0.2, 0.1]
const logQ = () => tf.tensor1d(q.map(Math.log))

/** Category of each uniform number under the given probabilities. */
function draw(seed: number, count: number, probabilities: readonly number[]): Int32Array {
  return Int32Array.from(uniformValues(seed, count), u => {
    let category = 0
    for (let above = probabilities[0]; u > above && category < probabilities.length - 1; ) {
      category += 1
      above += probabilities[category]
    }
    return category
  })
}

const counts = (drawn: Int32Array) => p.map((_, k) => drawn.reduce((sum, y) => sum + (y === k ? 1 : 0), 0))

/** The expected loss of log-densities g over the four categories. */
function populationLoss(noiseRatio: number) {
  const away = tf.fill([4], 1e4) as tf.Tensor1D
  return (g: tf.Tensor) => {
    const ratio = tf.sub(g, logQ()) as tf.Tensor1D
    const options = { noiseRatio, reduction: 'none' } as const
    // A log ratio of ±1e4 on the other side costs 0, so that data and noise are weighed each by its own density.
    const ofData = tf.mul(binaryNceLoss(ratio, tf.neg(away), options), p)
    const ofNoise = tf.mul(binaryNceLoss(away, ratio, options), q)
    return tf.sum(tf.add(ofData, ofNoise))
  }
}

describeBackends('binary NCE at its optimum', () => {
  it.each([1, 5])('is f̂ = log(ν q n_data/n_noise) on drawn categories, at ν = %i', noiseRatio => {
    const size = 300
    const [data, noise] = [draw(1, size, p), draw(2, size * noiseRatio, q)]
    const [x, y] = [tf.tensor1d(data, 'int32'), tf.tensor1d(noise, 'int32')]
    const loss = (f: tf.Tensor) => {
      const ratio = tf.sub(f, logQ())
      return binaryNceLoss(tf.gather(ratio, x) as tf.Tensor1D, tf.gather(ratio, y) as tf.Tensor1D)
    }
    const [ofData, ofNoise] = [counts(data), counts(noise)]
    const exact = p.map((_, k) => Math.log((noiseRatio * q[k] * ofData[k]) / ofNoise[k]))
    // Drawn, not in proportion: the closed form must differ from log p for this to say anything.
    expect(Math.max(...exact.map((f, k) => Math.abs(f - Math.log(p[k]))))).toBeGreaterThan(0.05)
    expectClose(newtonMinimum(loss, [-1, -1, -1, -1]), exact, { absolute: 1e-4, relative: 0 })
  })
  // docs/notes.md eq. 1.5–1.6.
  it.each([1, 5, 100])('tells data by D* = p/(p + νq) for each category, at ν = %i', noiseRatio => {
    const g = newtonMinimum(populationLoss(noiseRatio), [-1, -1, -1, -1])
    const discriminator = g.map((value, k) => 1 / (1 + noiseRatio * q[k] * Math.exp(-value)))
    const exact = p.map((value, k) => value / (value + noiseRatio * q[k]))
    expectClose(discriminator, exact, { absolute: 1e-3, relative: 0 })
    expectClose(g, p.map(Math.log), { absolute: 1e-3, relative: 0 })
  })
  it('learns a log Z that moves by 7 when f does, at the same densities and loss', () => {
    const population = populationLoss(2)
    // Three free values of f, the last one at 0, and log Z: what a model with a learned partition has.
    const logDensity = (shift: number, parameters: tf.Tensor) => {
      const f = tf.add(tf.concat([tf.slice(parameters, 0, 3), tf.zeros([1])]), shift)
      return tf.sub(f, tf.slice(parameters, 3, 1))
    }
    const fitted = [0, 7].map(shift => {
      const parameters = newtonMinimum(at => population(logDensity(shift, at)), [0, 0, 0, 0])
      const density = logDensity(shift, tf.tensor1d(parameters))
      return { logPartition: parameters[3], density: tf.exp(density), loss: population(density) }
    })
    expect(Math.abs(fitted[1].logPartition - fitted[0].logPartition - 7)).toBeLessThan(1e-3)
    expectClose(fitted[1].density, fitted[0].density, { absolute: 1e-4 })
    expectClose(fitted[0].density, p, { absolute: 1e-3 })
    expectClose(fitted[1].loss, fitted[0].loss)
  })
})
