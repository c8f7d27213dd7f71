import { useBackend } from '@chiaro/backend'
import { clipLoss } from '@chiaro/objectives'
import * as tf from '@tensorflow/tfjs-core'
import { nceStep, nceStepReplayed } from './ours/nce-step.mjs'
import { simclrStep } from './ours/simclr-step.mjs'
import { serve } from './serve.mjs'
import { tensorMakers } from './tensors.mjs'

// node chiaro.mjs [threads [auto|separate|fused|wide]]
const threads = Number(process.argv[2] ?? 1)
await useBackend('wasm', { threads, multiplyAdd: process.argv[3] ?? 'auto' })
const { tensor, made, ...shared } = tensorMakers(tf)

await serve(`chiaro, Node ${process.version}, threads: ${threads}`, {
  ...shared,
  clip(n, d) {
    const [image, text] = [tensor([n, d], 1), tensor([n, d], 2)]
    const gradients = tf.grads((a, b) => clipLoss(a, b))
    return made([image, text], () => gradients([image, text]))
  },
  nceStep,
  nceStepReplayed,
  simclrStep,
})
