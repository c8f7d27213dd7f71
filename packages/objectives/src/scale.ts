import { checkNumber, checkScalar, conflictError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'

/** How logits are made from cosines: divided by a temperature or multiplied by a scale, never both. */
export interface ScaleOptions {
  /** τ > 0; the logit scale is 1/τ. */
  readonly temperature?: number
  /** s itself, not its logarithm: a number, or a scalar tensor, which then gets a gradient. Never clamped. */
  readonly logitScale?: number | tf.Tensor
}

/**
 * The logit scale that the options of a loss ask for, or the loss's default.
 *
 * @param where the loss's name, for complaints
 * @throws TypeError for temperature beside logitScale; RangeError for a temperature that is not positive and finite, a logit
 *   scale that is not finite
 */
export function logitScaleOf(
  where: string,
  { temperature, logitScale }: ScaleOptions,
  defaultScale: number,
): number | tf.Tensor {
  if (temperature !== undefined && logitScale !== undefined) {
    throw conflictError(where, 'logitScale', 'temperature and logitScale exclude each other, got both')
  }
  if (temperature !== undefined) {
    checkNumber(where, { temperature }, { above: 0 })
    return 1 / temperature
  }
  if (logitScale === undefined) return defaultScale
  checkScalar(where, { logitScale })
  return logitScale
}
