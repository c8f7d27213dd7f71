import { ChiaroError } from '@chiaro/core'
import { squaredNorm } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { LossAndGradients, Metrics } from './loss-and-gradients.ts'
import type { Tensors } from './optimizer.ts'

/** What the host learns of a step, by a single read from the device. */
export interface StepReadings {
  readonly loss: number
  /** √Σ g² over all gradients, before clipping. */
  readonly gradientNorm: number
  readonly metrics: Readonly<Record<string, number>>
}

/** What a step computes on the device. */
export interface ComputedStep extends LossAndGradients {
  /** The loss, Σ g² over all gradients, and the metrics that are tensors: what the host reads, in one tensor. */
  readonly packed: tf.Tensor1D
}

/** Adds what the host will read. */
export function packed(computed: LossAndGradients): ComputedStep {
  const { loss, gradients, metrics } = computed
  try {
    const together = tf.tidy(() => {
      const values = tensorMetrics(metrics).map(([, value]) => tf.cast(value, 'float32'))
      return tf.stack([loss, squaredNorm(Object.values(gradients)), ...values])
    })
    return { ...computed, packed: together as tf.Tensor1D }
  } catch (error) {
    tf.dispose([loss, gradients, metrics] as tf.TensorContainer)
    throw error
  }
}

function tensorMetrics(metrics: Metrics): [string, tf.Scalar][] {
  return Object.entries(metrics).filter((entry): entry is [string, tf.Scalar] => typeof entry[1] !== 'number')
}

/**
 * Reads the loss, the gradients' global norm and the metrics at once. The norm also says whether every gradient is
 * finite; only when it is not are the gradients looked at one by one.
 *
 * @throws ChiaroError ('non-finite') that names the step and the loss or the parameters
 */
export async function readStep(
  step: number,
  { gradients, metrics, packed }: ComputedStep,
): Promise<StepReadings> {
  const [lossValue, squaredNorm, ...metricValues] = await packed.data()
  if (!Number.isFinite(lossValue)) {
    throw new ChiaroError('non-finite', `fit: loss must be finite, got ${lossValue} at step ${step}`, 'loss')
  }
  const read = new Map(tensorMetrics(metrics).map(([name], i) => [name, metricValues[i]]))
  return {
    loss: lossValue,
    gradientNorm: Number.isFinite(squaredNorm) ? Math.sqrt(squaredNorm) : await exactNorm(step, gradients),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, read.get(name) ?? Number(value)]),
    ),
  }
}

/** The norm in float64, where float32's squares overflow; or the error that says which gradient is not finite. */
async function exactNorm(step: number, gradients: Tensors): Promise<number> {
  let sum = 0
  const broken: string[] = []
  for (const [name, gradient] of Object.entries(gradients)) {
    const values = await gradient.data()
    const at = values.findIndex(value => !Number.isFinite(value))
    if (at >= 0) broken.push(`${values[at]} in ${name} (element ${at} of ${values.length})`)
    for (const value of values) sum += value * value
  }
  if (broken.length === 0) return Math.sqrt(sum)
  const message = `fit: gradients must be finite, got ${broken.join(', ')} at step ${step}`
  throw new ChiaroError('non-finite', message, 'gradients')
}
