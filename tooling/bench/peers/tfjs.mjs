// Stock tfjs, as npm has it: node tfjs.mjs wasm | cpu
import { createRequire } from 'node:module'
import { serve } from './serve.mjs'
import { tensorMakers } from './tensors.mjs'

const require = createRequire(import.meta.url)
const tf = require('@tensorflow/tfjs-core')
// Registers tfjs's gradients, which core alone has none of.
require('@tensorflow/tfjs-layers')
require('@tensorflow/tfjs-backend-cpu')
require('@tensorflow/tfjs-backend-wasm')
const [backend] = process.argv.slice(2)
await tf.setBackend(backend)
const { tensor, made, ...shared } = tensorMakers(tf)

function minimised(variables, loss) {
  const optimizer = tf.train.adam(1e-3)
  return {
    step: () => tf.dispose(optimizer.minimize(loss, true, variables)),
    dispose: () => {
      optimizer.dispose()
      tf.dispose(variables)
    },
  }
}

const unit = x => tf.div(x, tf.norm(x, 2, 1, true))
const crossEntropy = logits => {
  const n = logits.shape[0]
  const eye = tf.eye(n)
  return tf.neg(tf.mean(tf.sum(tf.mul(eye, tf.logSoftmax(logits)), 1)))
}

await serve(`tfjs-${backend} ${tf.version_core}`, {
  ...shared,
  clip(n, d) {
    const [image, text] = [tensor([n, d], 1), tensor([n, d], 2)]
    const gradients = tf.grads((a, b) => {
      const logits = tf.mul(tf.matMul(unit(a), unit(b), false, true), 1 / 0.07)
      return tf.mul(tf.add(crossEntropy(logits), crossEntropy(tf.transpose(logits))), 0.5)
    })
    return made([image, text], () => gradients([image, text]))
  },
  nceStep(rows) {
    const sizes = [2, 128, 128, 1]
    const weights = [0, 1, 2].map(i => tf.variable(tensor([sizes[i], sizes[i + 1]], i, 0.2)))
    const biases = [1, 2, 3].map(i => tf.variable(tf.zeros([sizes[i]])))
    const logPartition = tf.variable(tf.scalar(0))
    const energy = x => {
      let y = x
      weights.forEach((weight, i) => {
        y = tf.add(tf.matMul(y, weight), biases[i])
        if (i < 2) y = tf.mul(y, tf.sigmoid(y))
      })
      return tf.squeeze(y, [1])
    }
    const logNoise = x => tf.sub(tf.mul(tf.sum(tf.square(x), 1), -1 / 8), Math.log(8 * Math.PI))
    const ratio = x => tf.sub(tf.neg(tf.add(energy(x), logPartition)), logNoise(x))
    return minimised([...weights, ...biases, logPartition], () => {
      const x = tf.randomNormal([rows, 2])
      const y = tf.randomNormal([rows, 2], 0, 2)
      return tf.add(tf.mean(tf.softplus(tf.neg(ratio(x)))), tf.mean(tf.softplus(ratio(y))))
    })
  },
})
