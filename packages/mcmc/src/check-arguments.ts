import { rangeError, typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** @throws TypeError for a position that is no float32 tensor of rank ≥ 1 */
export function checkPosition(where: string, position: tf.Tensor): void {
  if (!(position instanceof tf.Tensor) || position.rank < 1) {
    const actual = position instanceof tf.Tensor ? `[${position.shape}]` : String(position)
    throw typeError(where, 'start', 'a tensor [chains, …event]', actual)
  }
  if (position.dtype !== 'float32') throw typeError(where, 'start', 'float32', position.dtype)
}

/** @throws RangeError unless the value is finite and above 0 */
export function checkPositive(where: string, argument: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw rangeError(where, argument, 'positive and finite', String(value))
  }
}

/** @throws RangeError unless the count is an integer of at least `minimum` */
export function checkWhole(where: string, argument: string, value: number, minimum = 1): void {
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw rangeError(where, argument, `an integer of at least ${minimum}`, String(value))
  }
}
