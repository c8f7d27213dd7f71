import { type Parameters, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { ComputeStep } from './compute-step.ts'
import type { FitOptions, StepContext } from './fit-options.ts'
import type { Tensors } from './optimizer.ts'
import { readStep, type StepReadings } from './step-readings.ts'

export interface TrainedStep extends StepReadings {
  readonly learningRate: number
  /** The optimiser's new state; the old one is disposed. */
  readonly state: Tensors
}

/**
 * One step on one batch: gradients, the read that says whether they are finite, the update. When it throws,
 * parameters and state are as they were.
 *
 * @param parameters those that learn
 */
export async function trainStep<B>(
  { optimizer, schedule, clipNorm, rateFactor }: FitOptions<B>,
  parameters: Parameters,
  compute: ComputeStep<B>,
  batch: B,
  context: StepContext,
  state: Tensors,
): Promise<TrainedStep> {
  const { step } = context
  const learningRate = schedule(step)
  if (!(learningRate >= 0 && learningRate < Number.POSITIVE_INFINITY)) {
    const expected = 'a finite number of at least 0'
    throw rangeError('fit', `schedule(${step})`, expected, String(learningRate))
  }
  const computed = await compute(batch, context)
  try {
    const readings = await readStep(step, computed)
    const { gradientNorm } = readings
    const gradientScale = clipNorm !== undefined && gradientNorm > clipNorm ? clipNorm / gradientNorm : 1
    const nextState = tf.tidy(() => {
      const options = { step, learningRate, gradientScale, rateFactor }
      const next = optimizer.update(parameters, computed.gradients, state, options)
      for (const [name, variable] of Object.entries(parameters)) variable.assign(next.parameters[name])
      return keepTensors(next.state)
    })
    tf.dispose(state as tf.TensorContainer)
    return { ...readings, learningRate, state: nextState }
  } finally {
    const { loss, gradients, metrics, packed } = computed
    tf.dispose([loss, gradients, metrics, packed] as tf.TensorContainer)
  }
}

/** Marks tensors to outlive every tidy; they are disposed by name. */
export function keepTensors(tensors: Tensors): Tensors {
  for (const tensor of Object.values(tensors)) tf.keep(tensor)
  return tensors
}
