// node tooling/bench/training-step.mjs      (after `npm run build`)
// Where the time of a training step goes, kernel by kernel, with our kernels and stock ones for the rest.
import { batchNormTraining } from '@chiaro/ops'
import { tf } from './side-by-side.mjs'

const random = (shape, scale = 1) => tf.randomNormal(shape, 0, scale, 'float32', 1)

/** Batch normalisation as elementary tfjs ops compose it. */
function normalize(x, scale, shift) {
  const { mean, variance } = tf.moments(x, [0, 1, 2], true)
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), shift)
}

/** @param block what follows a convolution: (y, scale, shift) to an activation */
function convolutionNet(block) {
  const x = random([256, 32, 32, 3])
  const sizes = [3, 32, 64, 128]
  const layers = [2, 2, 2].map((stride, i) => ({
    stride,
    filter: tf.variable(random([3, 3, sizes[i], sizes[i + 1]], 0.1)),
    scale: tf.variable(tf.ones([sizes[i + 1]])),
    shift: tf.variable(tf.zeros([sizes[i + 1]])),
  }))
  const head = tf.variable(random([128, 64], 0.1))
  return () => {
    let y = x
    for (const { filter, stride, scale, shift } of layers) {
      y = block(tf.conv2d(y, filter, stride, 'same'), scale, shift)
    }
    return tf.mean(tf.square(tf.matMul(tf.mean(y, [1, 2]), head)))
  }
}

function pooledText() {
  const table = tf.variable(random([8192, 128], 0.1))
  const ids = tf.randomUniformInt([256, 48], 0, 8192, 1)
  const hidden = tf.variable(random([128, 256], 0.1))
  const out = tf.variable(random([256, 64], 0.1))
  return () => {
    const pooled = tf.mean(tf.gather(table, ids), 1)
    return tf.mean(tf.square(tf.matMul(tf.relu(tf.matMul(pooled, hidden)), out)))
  }
}

/** Milliseconds and calls of each kernel while `f` runs. */
function profile(f) {
  const spent = new Map()
  const configs = tf.getKernelsForBackend('wasm')
  const originals = configs.map(config => config.kernelFunc)
  let nested = 0
  configs.forEach((config, i) => {
    config.kernelFunc = call => {
      const start = performance.now()
      nested += 1
      const result = originals[i](call)
      nested -= 1
      if (nested === 0) {
        const [time, calls] = spent.get(config.kernelName) ?? [0, 0]
        spent.set(config.kernelName, [time + performance.now() - start, calls + 1])
      }
      return result
    }
  })
  f()
  configs.forEach((config, i) => {
    config.kernelFunc = originals[i]
  })
  return [...spent].sort((a, b) => b[1][0] - a[1][0])
}

const jobs = {
  'conv 32-64-128, composed batch norm': convolutionNet((y, ...line) => tf.relu(normalize(y, ...line))),
  'conv 32-64-128, batchNormTraining': convolutionNet(
    (y, ...line) => batchNormTraining(y, ...line, { activation: 'relu' }).y,
  ),
  'pooled text': pooledText(),
}
for (const [name, loss] of Object.entries(jobs)) {
  const step = () => tf.tidy(() => void tf.variableGrads(loss).value.dataSync())
  const times = []
  for (let n = 0; n < 12; n++) {
    const start = performance.now()
    step()
    times.push(performance.now() - start)
  }
  const repeats = 10
  const kernels = profile(() => {
    for (let n = 0; n < repeats; n++) step()
  })
  console.log(`\n${name}: ${times.sort((a, b) => a - b)[6].toFixed(1)} ms a step (median)`)
  for (const [kernel, [time, calls]] of kernels.slice(0, 16)) {
    console.log(
      `  ${kernel.padEnd(28)}${(time / repeats).toFixed(2).padStart(8)} ms ${String(calls / repeats).padStart(6)} calls`,
    )
  }
}
