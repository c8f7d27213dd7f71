import { conflictError, described, type Parameters, typeError } from '@chiaro/core'
import { withTapeFreed } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensors } from './optimizer.ts'

/** Scalars to report beside the loss; numbers are passed through. */
export type Metrics = Readonly<Record<string, tf.Scalar | number>>

/** What a loss function returns: the loss, or the loss and metrics. */
export type LossResult = tf.Scalar | { readonly loss: tf.Scalar; readonly metrics?: Metrics }

export interface LossAndGradients {
  readonly loss: tf.Scalar
  readonly gradients: Tensors
  readonly metrics: Metrics
}

/**
 * The loss, and its gradient for every parameter, by the parameters' names; the caller disposes the tensors.
 * Metrics carry no gradient.
 *
 * @throws TypeError when the loss is no scalar; TypeError naming a parameter the loss does not depend on
 */
export function lossAndGradients(parameters: Parameters, f: () => LossResult): LossAndGradients {
  const names = Object.keys(parameters)
  let metrics: Metrics = {}
  const differentiated = (): tf.Scalar => {
    const result = f()
    const loss = result instanceof tf.Tensor ? result : result?.loss
    if (!(loss instanceof tf.Tensor) || loss.rank !== 0) {
      throw typeError('fit', 'loss', 'a function to a scalar or { loss, metrics }', described(loss))
    }
    metrics = result instanceof tf.Tensor ? {} : keptMetrics(result.metrics ?? {})
    return loss
  }
  const variables = names.map(name => parameters[name])
  const { value, grads } = withTapeFreed(() => {
    try {
      return tf.tidy(() => tf.variableGrads(differentiated, variables))
    } catch (error) {
      tf.dispose(metrics as tf.TensorContainer)
      throw error
    }
  })
  const gradients = Object.fromEntries(names.map(name => [name, grads[parameters[name].name]]))
  const unused = names.filter(name => gradients[name] == null)
  if (unused.length > 0) {
    tf.dispose([value, grads, metrics] as tf.TensorContainer)
    const expected = 'the loss must depend on every parameter'
    throw conflictError('fit', 'parameters', `${expected}, got none on ${unused.join(', ')}; leave these out`)
  }
  return { loss: value, gradients, metrics }
}

/** The metrics outlive the scope of the gradient's tape. Copied: a metric may be the loss itself. */
function keptMetrics(metrics: Metrics): Metrics {
  const entries = Object.entries(metrics)
  for (const [name, value] of entries) {
    if (typeof value === 'number' || (value instanceof tf.Tensor && value.rank === 0)) continue
    throw typeError('fit', `metrics.${name}`, 'a number or a scalar', described(value))
  }
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === 'number' ? value : tf.keep(tf.clone(value))]),
  )
}
