// Telescoping density-ratio estimation where one ratio fails: node tooling/experiments/telescoping.mjs (after npm run
// build). Halves of d/2 Gaussian dimensions correlated by ρ = .795, so MI = d/4 nats; p₀ holds pairs, p₁ shuffled ones.
// Waymarks √(1−α²)x₀ + αx₁, α linear; each bridge a quadratic log ratio learned by binary NCE (Rhodes et al. 2020).
// MI is the mean telescoped log ratio on fresh pairs; the single ratio is the same with no waymark between.
import { useBackend } from '@chiaro/backend'
import { telescopingLoss, waymarks } from '@chiaro/objectives'
import { key as keyOf, normal, split } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

const rho = 0.79506
const samples = 100_000
const batchSize = 500
const steps = 6000
/** Per bridge in closed form, E log r_k under p₀. */
const configs = [
  { d: 40, bridges: 2, truths: [1.928, 8.072] },
  { d: 80, bridges: 4, truths: [0.447, 3.409, 6.486, 9.658] },
]

const { chosen } = await useBackend('auto')
console.log(`backend ${chosen}; ${samples} pairs, ${steps} steps of ${batchSize}\n`)
console.log('| d | MI | estimate | bridges, estimated (closed form) | MI ± SE | error |')
console.log('|---|---|---|---|---|---|')
for (const { d, bridges, truths } of configs) {
  const truth = truths.reduce((sum, value) => sum + value, 0)
  for (const count of [bridges, 1]) {
    const { parts, mi, standardError } = await estimate(d, count)
    const cells = parts.map((part, k) =>
      count === 1 ? part.toFixed(3) : `${part.toFixed(3)} (${truths[k].toFixed(3)})`,
    )
    const error = `${((100 * (mi - truth)) / truth).toFixed(1)} %`
    const name = count === 1 ? 'one ratio' : `TRE, ${count + 1} waymarks`
    console.log(
      `| ${d} | ${truth.toFixed(2)} | ${name} | ${cells.join(', ')} | ${mi.toFixed(3)} ± ${standardError.toFixed(3)} | ${error} |`,
    )
  }
}

async function estimate(d, bridges) {
  const [ofPairs, ofShuffled, ofTest, ofSteps] = split(keyOf(3), 4)
  const ends = [pairs(ofPairs, samples, d, rho), pairs(ofShuffled, samples, d, 0)]
  const alphas = Array.from({ length: bridges + 1 }, (_, k) => k / bridges)
  const parameters = {}
  for (let k = 0; k < bridges; k++) {
    parameters[`bridge${k}/quadratic`] = tf.variable(tf.zeros([d, d]))
    parameters[`bridge${k}/constant`] = tf.variable(tf.scalar(0))
  }
  /** uᵀAu + c: log p_k − log p_{k+1} between zero-mean Gaussians. */
  const logRatio = (k, u) =>
    tf.add(
      tf.sum(tf.mul(u, tf.matMul(u, parameters[`bridge${k}/quadratic`])), 1),
      parameters[`bridge${k}/constant`],
    )
  const perEpoch = samples / batchSize
  function* batches(firstStep) {
    for (let step = firstStep; ; step++) {
      const from = ((step - 1) % perEpoch) * batchSize
      yield ends.map(rows => tf.slice(rows, [from, 0], [batchSize, d]))
    }
  }
  const training = fit({
    parameters,
    loss: ([x0, x1]) => {
      const marks = waymarks(x0, x1, alphas)
      const bridge = k => ({ logRatioData: logRatio(k, marks[k]), logRatioNoise: logRatio(k, marks[k + 1]) })
      return telescopingLoss(Array.from({ length: bridges }, (_, k) => bridge(k)))
    },
    batches,
    steps,
    optimizer: adamW({ weightDecay: 0 }),
    schedule: warmupCosine({ peak: 5e-3, warmupSteps: 100, steps }),
    key: ofSteps,
  })
  for await (const { step, loss } of training) {
    if (step % 1000 === 0)
      console.error(`d = ${d}, ${bridges} bridges: step ${step}, loss ${loss.toFixed(4)}`)
  }
  const test = pairs(ofTest, samples, d, rho)
  const values = await Promise.all(
    Array.from({ length: bridges }, (_, k) => tf.tidy(() => logRatio(k, test)).data()),
  )
  const totals = Array.from(values[0], (_, i) => values.reduce((sum, part) => sum + part[i], 0))
  const mean = all => all.reduce((sum, value) => sum + value, 0) / all.length
  const mi = mean(totals)
  const variance = mean(totals.map(value => (value - mi) ** 2))
  tf.dispose([ends, test, parameters])
  return { parts: values.map(mean), mi, standardError: Math.sqrt(variance / samples) }
}

/** Rows [x, y] with y = ρx + √(1−ρ²)·noise, halves of d/2. */
function pairs(key, count, d, correlation) {
  return tf.tidy(() => {
    const [ofX, ofY] = split(key, 2)
    const x = normal(ofX, [count, d / 2])
    const own = tf.mul(normal(ofY, [count, d / 2]), Math.sqrt(1 - correlation * correlation))
    return tf.concat([x, tf.add(tf.mul(x, correlation), own)], 1)
  })
}
