import { densityModel, mlpEnergy } from '@chiaro/energy'
import { gaussianNoise } from '@chiaro/noise'
import { binaryNceLoss, clipLoss } from '@chiaro/objectives'
import { foldIn, key, normal, normalValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { clipReference } from './clip-reference.ts'
import type { WorkName } from './messages.ts'
import { sizes } from './sizes.ts'

/** One piece of work on the backend that runs: gives a number that depends on all of it. */
export interface Work {
  readonly run: () => tf.Scalar
  /** The worst error of its gradient, relative to the largest entry, where that is known in 64-bit floats. */
  readonly gradientError?: () => Promise<number>
}

const root = key(6)
const sumOfAll = (tensors: readonly tf.Tensor[]) =>
  tensors.map(tensor => tf.sum(tensor)).reduce((a, b) => tf.add(a, b))

/** C = AB with all three n×n. */
function product(): Work {
  const n = sizes.product
  const [a, b] = [0, 1].map(i => normal(foldIn(root, i), [n, n]))
  return { run: () => tf.sum(tf.matMul(a, b)) }
}

/** CLIP's loss and its gradients for both embeddings. */
function clip(): Work {
  const { pairs, width } = sizes
  const [image, text] = [2, 3].map(i => normalValues(foldIn(root, i), pairs * width))
  const [x, y] = [image, text].map(values => tf.tensor2d(values, [pairs, width]))
  const gradients = tf.valueAndGrads((a, b) => clipLoss(a as tf.Tensor2D, b as tf.Tensor2D))
  return {
    run() {
      const { value, grads } = gradients([x, y])
      // The gradients take part, and add nothing.
      return tf.add(value, tf.mul(sumOfAll(grads), 0)) as tf.Scalar
    },
    async gradientError() {
      const { gradient } = clipReference(image, text, pairs, width)
      const tensor = tf.tidy(() => gradients([x, y]).grads[0])
      const found = await tensor.data()
      tensor.dispose()
      const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      return gradient.reduce((worst, value, i) => Math.max(worst, Math.abs(found[i] - value)), 0) / largest
    },
  }
}

/** Binary NCE of a network's energy on the plane, and the gradients of its parameters. */
function nce(): Work {
  const { rows, noiseRatio, hidden } = sizes
  const model = densityModel(mlpEnergy({ dimension: 2, widths: [hidden, hidden] }, foldIn(root, 4)))
  const noise = gaussianNoise({ mean: [0, 0], deviation: [1.3, 1.3] })
  const x = normal(foldIn(root, 5), [rows, 2])
  const ratio = (at: tf.Tensor) => tf.sub(model.logDensity(at), noise.logProb(at)) as tf.Tensor1D
  const loss = () => {
    const y = noise.sample(foldIn(root, 6), noiseRatio * rows)
    return binaryNceLoss(ratio(x), ratio(y), { noiseRatio })
  }
  return {
    run() {
      const { value, grads } = tf.variableGrads(loss, Object.values(model.parameters))
      return tf.add(value, tf.mul(sumOfAll(Object.values(grads)), 0)) as tf.Scalar
    },
  }
}

export const works: Readonly<Record<WorkName, () => Work>> = { product, clip, nce }
