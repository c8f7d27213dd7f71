import { ChiaroError, checkNumber, checkShape } from '@chiaro/core'
import { batchNormInference, batchNormTraining, logSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { classCount, classIndices } from './class-labels.ts'
import { limitedMemoryBfgs } from './limited-memory-bfgs.ts'

export interface LinearProbeOptions {
  /** λ ≥ 0 below. scikit-learn's C is 1/(nλ). Default 1e-4. */
  readonly regularization?: number
  /** Number of classes. Default one more than the largest label. */
  readonly classes?: number
  /** Whether features are standardised, by the training rows' means and deviations, first. Default true. */
  readonly standardize?: boolean
  /** Ends when no entry of the gradient is larger. Default 1e-5. */
  readonly tolerance?: number
  /** Default 500. */
  readonly maximumIterations?: number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly iteration: number; readonly value: number }) => void
}

/** A fitted probe; plain numbers, row-major, in the units of the features given. */
export interface LinearProbe {
  readonly dimension: number
  readonly classes: number
  /** [dimension, classes] */
  readonly weights: Float64Array
  /** [classes] */
  readonly bias: Float64Array
  /** The regularised loss, in nats a row. */
  readonly loss: number
  readonly iterations: number
  readonly converged: boolean
  /** [n, dimension] → [n, classes], up to a constant a row the log-probabilities. */
  logits(features: tf.Tensor2D): tf.Tensor2D
}

/**
 * A linear probe: multinomial logistic regression on frozen features, the usual measure of a representation (notes on
 * SimCLR; Chen et al. 2020, §4),
 *
 *   minimise over W, b:  1/n Σ_i [ log Σ_c exp(z_ic) − z_i,y(i) ] + λ/2·‖W‖²,   z = x̂·W + b,
 *
 * with x̂ the standardised features and b not regularised, by limited-memory BFGS. The problem is convex: for λ > 0 the
 * answer does not depend on a seed or a learning rate. Products run on the backend, the search in float64. Memory is
 * one copy of the features beside them, and a few times [n, classes].
 *
 * @param features float32 [n, d]
 * @param labels [n] class indices
 * @throws TypeError for shapes; RangeError for options, and with the row for a label that is no class; ChiaroError
 *   ('non-finite') for features that are not finite; the signal's reason when aborted
 *
 * @example
 * ```ts
 * import { fitLinearProbe } from '@chiaro/evaluate'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const labels = Array.from({ length: 100 }, (_, i) => i % 2)
 * const features = tf.add<tf.Tensor2D>(normal(key(1), [100, 4]), tf.tensor2d(labels.map(label => [2 * label])))
 * const probe = await fitLinearProbe(features, labels, { regularization: 1e-3 })
 * tf.argMax(probe.logits(features), 1).print()
 * ```
 */
export async function fitLinearProbe(
  features: tf.Tensor2D,
  labels: ArrayLike<number>,
  options: LinearProbeOptions = {},
): Promise<LinearProbe> {
  const where = 'fitLinearProbe'
  const { regularization = 1e-4, classes = classCount(labels), standardize = true } = options
  const { tolerance = 1e-5, maximumIterations = 500, signal, onProgress } = options
  const { n, d } = checkShape(where, { features }, ['n', 'd'], { least: { n: 1 } })
  checkNumber(where, { regularization }, { least: 0 })
  checkNumber(where, { tolerance }, { above: 0 })
  const classOf = classIndices(where, { labels }, n, classes)
  const { mean, deviation } = await momentsOf(where, features, standardize)
  const held = tf.tidy(() => {
    const right = new Float32Array(n * classes)
    classOf.forEach((label, i) => {
      right[i * classes + label] = 1
    })
    const scaled = standardize ? standardized(features, mean, deviation) : tf.clone(features)
    return { scaled, right: tf.tensor2d(right, [n, classes]) }
  })
  try {
    const minimum = await limitedMemoryBfgs(
      async at => {
        const [loss, gradient] = tf.tidy(() => lossAndGradient(held.scaled, held.right, at, d, classes))
        const [[value], ofData] = await Promise.all([loss.data(), gradient.data()])
        tf.dispose([loss, gradient])
        const total = Float64Array.from(ofData)
        let squares = 0
        for (let i = 0; i < d * classes; i++) {
          total[i] += regularization * at[i]
          squares += at[i] * at[i]
        }
        return { value: value + (regularization / 2) * squares, gradient: total }
      },
      new Float64Array((d + 1) * classes),
      { tolerance, maximumIterations, signal, onProgress },
    )
    const { value: loss, iterations, converged } = minimum
    return { ...inOwnUnits(minimum.at, mean, deviation, classes), loss, iterations, converged }
  } finally {
    tf.dispose(held)
  }
}

/** The mean cross-entropy, and its gradient [(d + 1)·classes]: weights row by row, then biases. */
function lossAndGradient(
  x: tf.Tensor2D,
  right: tf.Tensor2D,
  at: Float64Array,
  d: number,
  classes: number,
): [tf.Tensor, tf.Tensor] {
  const weights = tf.tensor2d(Float32Array.from(at.subarray(0, d * classes)), [d, classes])
  const logits = tf.add(tf.matMul(x, weights), tf.tensor1d(Float32Array.from(at.subarray(d * classes))))
  const total = logSumExp(logits, 1, true)
  const loss = tf.mean(tf.sub(tf.squeeze(total, [1]), tf.sum(tf.mul(logits, right), 1)))
  const missed = tf.div(tf.sub(tf.exp(tf.sub(logits, total)), right), x.shape[0]) as tf.Tensor2D
  return [loss, tf.concat([tf.reshape(tf.matMul(x, missed, true), [-1]), tf.sum(missed, 0)])]
}

async function momentsOf(where: string, features: tf.Tensor2D, standardize: boolean) {
  const d = features.shape[1]
  // Batch norm's moments: composed ones would take two more copies of the features.
  const both = tf.tidy(() => {
    const { mean, variance } = batchNormTraining(features, tf.ones([d]), tf.zeros([d]))
    return tf.stack([mean, tf.sqrt(variance)])
  })
  const values = (await both.data()) as Float32Array
  both.dispose()
  const wrong = values.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) {
    const message = `${where}: features must be finite, got ${values[wrong % d]} as mean of column ${wrong % d}`
    throw new ChiaroError('non-finite', message, 'features')
  }
  if (!standardize) return { mean: new Float32Array(d), deviation: new Float32Array(d).fill(1) }
  // A constant column says nothing; divided by 1 it becomes 0.
  const deviation = values.slice(d).map((value, j) => (value > 1e-6 * Math.abs(values[j]) ? value : 1))
  return { mean: values.slice(0, d), deviation }
}

/** (x − mean)/deviation of each row. */
function standardized(features: tf.Tensor2D, mean: Float32Array, deviation: Float32Array): tf.Tensor2D {
  const variance = tf.square(tf.tensor1d(deviation))
  const [ones, zeros] = [tf.onesLike(variance), tf.zerosLike(variance)]
  return batchNormInference(features, tf.tensor1d(mean), variance, ones, zeros, { epsilon: 0 }) as tf.Tensor2D
}

/** W and b for features as they came: the standardisation goes into them. */
function inOwnUnits(at: Float64Array, mean: Float32Array, deviation: Float32Array, classes: number) {
  const dimension = mean.length
  const weights = at.slice(0, dimension * classes)
  const bias = at.slice(dimension * classes)
  for (let j = 0; j < dimension; j++) {
    for (let c = 0; c < classes; c++) {
      weights[j * classes + c] /= deviation[j]
      bias[c] -= mean[j] * weights[j * classes + c]
    }
  }
  const logits = (features: tf.Tensor2D): tf.Tensor2D => {
    checkShape('linearProbe.logits', { features }, ['n', dimension])
    return tf.tidy(() => {
      const w = tf.tensor2d(Float32Array.from(weights), [dimension, classes])
      return tf.add(tf.matMul(features, w), tf.tensor1d(Float32Array.from(bias))) as tf.Tensor2D
    })
  }
  return { dimension, classes, weights, bias, logits }
}
