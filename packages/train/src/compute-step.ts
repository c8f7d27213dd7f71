import { conflictError, described, type Parameters, type RandomKey, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { FitOptions, LossOfStep, StepContext } from './fit-options.ts'
import { type LossAndGradients, lossAndGradients } from './loss-and-gradients.ts'
import { replayed } from './replay/replayed.ts'
import { type ComputedStep, packed } from './step-readings.ts'

/** Loss, gradients and what the host reads of them, for a batch; the caller disposes the tensors. */
export type ComputeStep<B> = (batch: B, context: StepContext) => Promise<ComputedStep>

interface StepComputation<B> {
  readonly compute: ComputeStep<B>
  /** Frees what is kept between steps. */
  readonly dispose: () => void
}

/** How steps are computed: by calling the loss each time, or by replaying it; gradients are those of `parameters`. */
export function stepComputation<B>(options: FitOptions<B>, parameters: Parameters): StepComputation<B> {
  const { loss, afterGradients } = options
  if (options.replay) return replayedComputation(options, parameters)
  return {
    compute: async (batch, context) => {
      const computed = lossAndGradients(parameters, () => loss(batch, context))
      return packed(afterGradients === undefined ? computed : changed(computed, afterGradients))
    },
    dispose: () => {},
  }
}

/** What `change` makes of loss and gradients; those that it replaces are freed. */
function changed(
  { metrics, ...before }: LossAndGradients,
  change: (computed: LossOfStep) => LossOfStep,
): LossAndGradients {
  const tensorsOf = ({ loss, gradients }: LossOfStep) => [loss, ...Object.values(gradients)]
  try {
    const { loss, gradients } = tf.tidy(
      () => change(before) as unknown as tf.TensorContainer,
    ) as unknown as LossOfStep
    const kept = new Set(tensorsOf({ loss, gradients }))
    tf.dispose(tensorsOf(before).filter(tensor => !kept.has(tensor)))
    return { loss, gradients, metrics }
  } catch (error) {
    tf.dispose([...tensorsOf(before), metrics] as tf.TensorContainer)
    throw error
  }
}

function replayedComputation<B>({ loss }: FitOptions<B>, parameters: Parameters): StepComputation<B> {
  let rebuilt: ((tensors: readonly tf.Tensor[]) => B) | undefined
  const f = replayed('fit', inputs => {
    const batch = (rebuilt as (tensors: readonly tf.Tensor[]) => B)(inputs)
    const {
      loss: value,
      gradients,
      metrics,
      packed: read,
    } = packed(lossAndGradients(parameters, () => loss(batch, unaskedContext)))
    const number = Object.entries(metrics).find(([, metric]) => !(metric instanceof tf.Tensor))
    if (number !== undefined) {
      tf.dispose([value, gradients, metrics, read] as tf.TensorContainer)
      const [name, metric] = number
      throw typeError('fit', `metrics.${name}`, 'a scalar tensor where steps are replayed', described(metric))
    }
    return { loss: value, packed: read, ...prefixed('gradient/', gradients), ...prefixed('metric/', metrics) }
  })
  return {
    compute: async batch => {
      const { tensors, rebuild } = batchTensors(batch)
      rebuilt ??= rebuild
      const results: tf.NamedTensorMap = await f.run(tensors)
      return {
        loss: results.loss as tf.Scalar,
        packed: results.packed as tf.Tensor1D,
        gradients: withPrefix('gradient/', results),
        metrics: withPrefix('metric/', results) as Record<string, tf.Scalar>,
      }
    },
    dispose: f.dispose,
  }
}

const unasked = (what: string) =>
  conflictError(
    'fit',
    'replay',
    `a loss that is replayed cannot ask for ${what}; pass it in the batch, as a tensor`,
  )

/** A replay would not see that these change. */
const unaskedContext: StepContext = {
  get step(): number {
    throw unasked('the step')
  },
  get key(): RandomKey {
    throw unasked('the key')
  },
}

/** The tensors of a batch, and how others take their places. */
function batchTensors<B>(batch: B): { tensors: tf.Tensor[]; rebuild: (tensors: readonly tf.Tensor[]) => B } {
  if (batch instanceof tf.Tensor) return { tensors: [batch], rebuild: ([tensor]) => tensor as B }
  const entries = batch !== null && typeof batch === 'object' ? Object.entries(batch) : []
  const other = entries.find(([, value]) => !(value instanceof tf.Tensor))
  if (entries.length === 0 || other !== undefined) {
    const expected = 'a tensor, or an array or record of tensors, where steps are replayed'
    throw typeError(
      'fit',
      'batch',
      expected,
      other === undefined ? described(batch) : `${described(other[1])} as ${other[0]}`,
    )
  }
  const rebuild = (tensors: readonly tf.Tensor[]) =>
    (Array.isArray(batch)
      ? [...tensors]
      : Object.fromEntries(entries.map(([name], i) => [name, tensors[i]]))) as B
  return { tensors: entries.map(([, value]) => value), rebuild }
}

function prefixed(prefix: string, values: Readonly<Record<string, tf.Tensor | number>>): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`${prefix}${name}`, value as tf.Tensor]),
  )
}

function withPrefix(prefix: string, tensors: tf.NamedTensorMap): tf.NamedTensorMap {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  )
}
