import { useBackend } from '@chiaro/backend'
import { densityModel, mlpEnergy } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { binaryNceLoss, clipLoss, ntXentLoss } from '@chiaro/objectives'
import { batchNormTraining } from '@chiaro/ops'
import { foldIn, key, normal } from '@chiaro/random'
import { adamW, constant, fit } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { serve } from './serve.mjs'
import { smallConvNet, tensorMakers } from './tensors.mjs'

// node chiaro.mjs [threads [auto|separate|fused|wide]]
const threads = Number(process.argv[2] ?? 1)
await useBackend('wasm', { threads, multiplyAdd: process.argv[3] ?? 'auto' })
const { tensor, made, ...shared } = tensorMakers(tf)

/** Each step is one of `fit`'s, as a program would run them. */
function trained(parameters, loss, batch, replay = false) {
  const steps = fit({
    parameters,
    loss,
    batches: function* () {
      for (;;) yield batch()
    },
    steps: 1_000_000,
    optimizer: adamW({ weightDecay: 0 }),
    schedule: constant(1e-3),
    key: key(1),
    replay,
  })
  return {
    step: () => steps.next(),
    dispose: () => steps.return(),
  }
}

/** Noise-contrastive estimation; data and noise come in the batch, so that the step can be replayed. */
function nceStep(rows, replay) {
  const model = densityModel(mlpEnergy({ dimension: 2, widths: [128, 128] }, key(1)))
  const noise = gaussianNoise({ mean: [0, 0], deviation: [2, 2] })
  const logRatio = x => tf.sub(model.logDensity(x), noise.logProb(x))
  let step = 0
  const batch = () => {
    step++
    return { x: normal(foldIn(key(2), step), [rows, 2]), y: noise.sample(foldIn(key(3), step), rows) }
  }
  const loss = ({ x, y }) => binaryNceLoss(logRatio(x), logRatio(y))
  return trained(model.parameters, loss, batch, replay)
}

await serve(`chiaro, Node ${process.version}, threads: ${threads}`, {
  ...shared,
  clip(n, d) {
    const [image, text] = [tensor([n, d], 1), tensor([n, d], 2)]
    const gradients = tf.grads((a, b) => clipLoss(a, b))
    return made([image, text], () => gradients([image, text]))
  },
  nceStep: rows => nceStep(rows, false),
  nceStepReplayed: rows => nceStep(rows, true),
  simclrStep(rows) {
    const { parameters, embed } = smallConvNet(
      tf,
      tensor,
      (y, gain, offset) => batchNormTraining(y, gain, offset, { activation: 'relu' }).y,
    )
    const views = tensor([2 * rows, 28, 28, 1], 3)
    const loss = x => {
      const z = embed(x)
      return ntXentLoss(tf.split(z, 2), { temperature: 0.5 })
    }
    return trained(parameters, loss, () => tf.clone(views))
  },
})
