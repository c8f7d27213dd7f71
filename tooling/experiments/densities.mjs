// Five 2-D densities by noise-contrastive estimation: node tooling/experiments/densities.mjs [--sets moons,rings]
// [--steps 4000] (after npm run build). An MLP tilts Gaussian noise fitted to the data, log p(x) = log q(x) + f(x) −
// log Z, and learns f and log Z by binary NCE on fresh draws. KL to the truth is the held-out mean negative
// log-likelihood, with log Z summed on a grid, minus the set's entropy.
import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { densityModel, mlpEnergy, tiltedEnergy } from '@chiaro/energy'
import { gridLogPartition } from '@chiaro/evaluate'
import { fitGaussianNoise } from '@chiaro/noise'
import { binaryNceLoss } from '@chiaro/objectives'
import { foldIn, key as keyOf, split } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { densitySets } from './density-sets.mjs'

const option = (name, fallback) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? fallback : process.argv[at + 1]
}
const names = option('--sets', Object.keys(densitySets).join(',')).split(',')
const steps = Number(option('--steps', '4000'))
const batchSize = 512
const noiseRatio = 4

const { chosen } = await useBackend('auto')
console.log(`backend ${chosen}; ${steps} steps of ${batchSize} rows, ν = ${noiseRatio}\n`)
console.log(
  '| set | entropy | NLL ± SE | KL | log Z learned | log Z on the grid | one Gaussian, KL | seconds |',
)
console.log('|---|---|---|---|---|---|---|---|')
for (const name of names) await learn(name)

async function learn(name) {
  const { draw, entropy } = densitySets[name]
  const [ofFit, ofModel, ofBatches, ofTest, ofSteps] = split(keyOf(1), 5)
  const rows = (key, count) => tf.tensor2d(draw(key, count), [count, 2])
  const sample = rows(ofFit, 20_000)
  const { mean, variance } = tf.moments(sample, 0)
  const deviation = Array.from(tf.sqrt(variance).dataSync())
  const noise = await fitGaussianNoise(sample, { covariance: 'diagonal', inflation: 1.3 })
  const net = mlpEnergy(
    { dimension: 2, widths: [128, 128, 128], mean: Array.from(mean.dataSync()), deviation },
    ofModel,
  )
  const model = densityModel(tiltedEnergy(noise, net))
  const logRatio = x => tf.sub(model.logDensity(x), noise.logProb(x))
  function* batches(firstStep) {
    for (let step = firstStep; ; step++) yield rows(foldIn(ofBatches, step), batchSize)
  }
  const began = performance.now()
  const training = fit({
    parameters: model.parameters,
    loss: (x, { key }) => binaryNceLoss(logRatio(x), logRatio(noise.sample(key, noiseRatio * batchSize))),
    batches,
    steps,
    optimizer: adamW({ beta2: 0.99, weightDecay: 0 }),
    schedule: warmupCosine({ peak: 3e-3, warmupSteps: 100, steps }),
    key: ofSteps,
  })
  for await (const { step, loss } of training) {
    if (step % 500 === 0) console.error(`${name}: step ${step}, loss ${loss.toFixed(4)}`)
  }
  const seconds = (performance.now() - began) / 1000

  const box = axis => mean.dataSync()[axis] + 6 * deviation[axis] * -1
  const low = [box(0), box(1)]
  const high = low.map((value, axis) => value + 12 * deviation[axis])
  const { logPartition: logZ } = await gridLogPartition(x => model.energy(x), { low, high, points: 600 })
  const test = rows(ofTest, 50_000)
  const energies = await model.energy(test).data()
  const ofGaussian = await (await fitGaussianNoise(sample)).logProb(test).data()
  const nll = average(Array.from(energies, energy => energy + logZ))
  const gaussian = average(Array.from(ofGaussian, value => -value))
  const [learned] = await model.logPartition.data()
  const cells = [
    name,
    entropy.toFixed(3),
    `${nll.mean.toFixed(3)} ± ${nll.standardError.toFixed(3)}`,
    (nll.mean - entropy).toFixed(3),
    learned.toFixed(3),
    logZ.toFixed(3),
    (gaussian.mean - entropy).toFixed(3),
    seconds.toFixed(0),
  ]
  console.log(`| ${cells.join(' | ')} |`)
  disposeModel(model)
  tf.dispose([sample, test, mean, variance])
}

function average(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, standardError: Math.sqrt(variance / values.length) }
}
