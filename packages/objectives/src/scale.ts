import { conflictError, rangeError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** How logits are made from cosines: divided by a temperature or multiplied by a scale, never both. */
export interface ScaleOptions {
  /** τ > 0; the logit scale is 1/τ. */
  readonly temperature?: number
  /** s itself, not its logarithm: a number, or a scalar tensor, which then gets a gradient. Never clamped. */
  readonly logitScale?: number | tf.Tensor
}

/** The logit scale that the options ask for, or the default. */
export function logitScaleOf(
  where: string,
  { temperature, logitScale }: ScaleOptions,
  defaultScale: number,
): number | tf.Tensor {
  if (temperature !== undefined && logitScale !== undefined) {
    throw conflictError(where, 'logitScale', 'temperature and logitScale exclude each other, got both')
  }
  if (temperature !== undefined) {
    if (!(temperature > 0 && Number.isFinite(temperature))) {
      throw rangeError(where, 'temperature', 'positive and finite', String(temperature))
    }
    return 1 / temperature
  }
  const scale = logitScale ?? defaultScale
  if (typeof scale === 'number') {
    if (!Number.isFinite(scale)) throw rangeError(where, 'logitScale', 'finite', String(scale))
  } else if (!(scale instanceof tf.Tensor) || scale.size !== 1) {
    const actual = scale instanceof tf.Tensor ? `[${scale.shape.join(', ')}]` : typeof scale
    throw typeError(where, 'logitScale', 'a number or a scalar tensor', actual)
  }
  return scale
}
