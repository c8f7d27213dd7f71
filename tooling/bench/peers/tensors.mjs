// Makers that are the same program on stock tfjs and on ours.
import { values } from './serve.mjs'

export function tensorMakers(tf) {
  const tensor = (shape, seed, scale = 1) =>
    tf.tidy(() => tf.mul(tf.tensor(values(tf.util.sizeFromShape(shape), seed), shape), scale))
  const made = (inputs, f, results) => ({
    step: () => tf.dispose(tf.tidy(f)),
    dispose: () => tf.dispose(inputs),
    results,
  })
  return {
    tensor,
    made,
    gemm(m, k, n, transposeA, transposeB) {
      const a = tensor(transposeA ? [k, m] : [m, k], 1)
      const b = tensor(transposeB ? [n, k] : [k, n], 2)
      const product = (x, y) => tf.matMul(x, y, transposeA, transposeB)
      return made(
        [a, b],
        () => product(a, b),
        () => {
          // Weighted, since the slopes of a plain sum are alike in every row.
          const weights = tensor([m, n], 3)
          const gradients = tf.grads((x, y) => tf.sum(tf.mul(product(x, y), weights)))
          return { value: product(a, b), gradients: gradients([a, b]) }
        },
      )
    },
    convolution(part) {
      const x = tensor([64, 32, 32, 16], 1)
      const filter = tensor([3, 3, 16, 32], 2, 0.1)
      const forward = (a, b) => tf.conv2d(a, b, 1, 'same')
      if (part === 'forward') return made([x, filter], () => forward(x, filter))
      const dy = tensor([64, 32, 32, 32], 3)
      const attrs = { strides: 1, pad: 'same', dataFormat: 'NHWC', dimRoundingMode: undefined }
      // The kernels themselves: a gradient would run the forward pass too.
      const run = () =>
        part === 'input gradient'
          ? tf.engine().runKernel(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: x.shape })
          : tf.engine().runKernel(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape: filter.shape })
      return made([x, filter, dy], run)
    },
  }
}

/** A small net of three strided convolutions, each normalised over the batch and rectified by `block`, and a linear head. */
export function smallConvNet(tf, tensor, block) {
  const sizes = [1, 32, 64, 128]
  const parameters = {}
  for (let i = 0; i < 3; i++) {
    const scale = Math.sqrt(2 / (9 * sizes[i]))
    parameters[`filter${i}`] = tf.variable(tensor([3, 3, sizes[i], sizes[i + 1]], 10 + i, scale))
    parameters[`gain${i}`] = tf.variable(tf.ones([sizes[i + 1]]))
    parameters[`offset${i}`] = tf.variable(tf.zeros([sizes[i + 1]]))
  }
  parameters.head = tf.variable(tensor([128, 64], 20, 0.1))
  const embed = x => {
    let y = x
    for (let i = 0; i < 3; i++) {
      y = tf.conv2d(y, parameters[`filter${i}`], 2, 'same')
      y = block(y, parameters[`gain${i}`], parameters[`offset${i}`])
    }
    return tf.matMul(tf.mean(y, [1, 2]), parameters.head)
  }
  return { parameters, embed }
}
