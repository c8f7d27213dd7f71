// Mutual information of correlated Gaussians by InfoNCE: node tooling/experiments/mutual-information.mjs
// [--steps 4000] (after npm run build). Pairs of 20 dimensions, 63 wrong partners a row (K = 64); a bilinear critic
// with quadratic terms holds the exact one. Printed beside the truth: the mean bound over the last 500 steps, and
// what the exact critic reaches at K = 64 (its expectation, by a published simulation, ± .01).
import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { bilinearCritic } from '@chiaro/energy'
import { mutualInformationBound } from '@chiaro/objectives'
import { foldIn, key as keyOf, normal, split } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

const dimension = 20
const K = 64
const counted = 500
/** MI in nats → the exact critic's expected log K − L. */
const reachable = { 2: 1.816, 4: 3.073, 6: 3.738, 8: 4.026, 10: 4.121 }

const at = process.argv.indexOf('--steps')
const steps = at < 0 ? 4000 : Number(process.argv[at + 1])
const { chosen } = await useBackend('auto')
console.log(
  `backend ${chosen}; ${steps} steps; the ceiling is log ${K} = ${Math.log(K).toFixed(4)}; ± is the standard error\n`,
)
console.log('| MI | InfoNCE, learned critic | InfoNCE, exact critic here | exact critic, published | gap |')
console.log('|---|---|---|---|---|')
for (const [mi, published] of Object.entries(reachable)) {
  const rho = Math.sqrt(1 - Math.exp((-2 * Number(mi)) / dimension))
  const [ofModel, ofSteps] = split(keyOf(7), 2)
  const critic = bilinearCritic({ xDimension: dimension, yDimension: dimension, quadratic: true }, ofModel)
  function* batches(firstStep) {
    for (let step = firstStep; ; step++) yield pairs(foldIn(ofSteps, step), rho)
  }
  const learned = []
  const exact = []
  const training = fit({
    parameters: critic.parameters,
    loss: ({ x, y }) => {
      const bound = mutualInformationBound(critic.logits(x, y), { bound: 'infoNce' })
      return {
        loss: tf.neg(bound),
        metrics: { exact: mutualInformationBound(exactLogits(x, y, rho), { bound: 'infoNce' }) },
      }
    },
    batches,
    steps,
    optimizer: adamW({ weightDecay: 0 }),
    schedule: warmupCosine({ peak: 1e-2, warmupSteps: 100, steps }),
    key: ofSteps,
  })
  for await (const { step, loss, metrics } of training) {
    if (step <= steps - counted) continue
    learned.push(-loss)
    exact.push(metrics.exact)
  }
  const [ours, theirs] = [average(learned), average(exact)]
  const show = ({ mean, standardError }) => `${mean.toFixed(3)} ± ${standardError.toFixed(3)}`
  const gap = published - ours.mean
  const verdict =
    gap < -3 * ours.standardError - 0.01 ? 'ABOVE' : gap > 0.3 ? 'MORE THAN .3 BELOW' : 'within .3'
  console.log(`| ${mi} | ${show(ours)} | ${show(theirs)} | ${published} | ${gap.toFixed(3)}, ${verdict} |`)
  disposeModel(critic)
}

/** K correlated pairs: y = ρx + √(1−ρ²)·noise. */
function pairs(key, rho) {
  const [ofX, ofY] = split(key, 2)
  const x = normal(ofX, [K, dimension])
  const y = tf.tidy(() =>
    tf.add(tf.mul(x, rho), tf.mul(normal(ofY, [K, dimension]), Math.sqrt(1 - rho * rho))),
  )
  return { x, y }
}

/** ρ/(1−ρ²)·x·y − ½ρ²/(1−ρ²)·|y|², the log density ratio up to what cancels in a row. */
function exactLogits(x, y, rho) {
  const share = rho / (1 - rho * rho)
  const squares = tf.sum(tf.square(y), 1)
  return tf.sub(tf.mul(tf.matMul(x, y, false, true), share), tf.mul(squares, 0.5 * rho * share))
}

function average(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, standardError: Math.sqrt(variance / values.length) }
}
