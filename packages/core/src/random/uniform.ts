import { hasFastKernel, PhiloxUniform, rangeError, runFastKernel } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { checkCount, checkedSize } from './check-count.ts'
import { checkKey, type RandomKey, words } from './key.ts'

export interface UniformOptions {
  /** Default 0. */
  readonly minimum?: number
  /** Default 1. */
  readonly maximum?: number
}

/**
 * `count` uniform float32 in [minimum, maximum): minimum + (maximum − minimum)·u with u = ⌊w / 2⁸⌋·2⁻²⁴ of word w,
 * each operation rounded to float32. Bit-identical everywhere. With bounds other than 0 and 1 the last rounding
 * can reach the maximum.
 *
 * @throws RangeError unless minimum ≤ maximum are finite and count is a non-negative integer
 */
export function uniformValues(key: RandomKey, count: number, options: UniformOptions = {}): Float32Array {
  const { low, width } = checked(key, options)
  checkCount('uniform', 'count', count)
  const drawn = words(key, count)
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) values[i] = low + Math.fround(width * ((drawn[i] >>> 8) * 2 ** -24))
  return values
}

function checked(key: RandomKey, options: UniformOptions): { readonly low: number; readonly width: number } {
  const { minimum = 0, maximum = 1 } = options
  checkKey('uniform', key)
  if (!Number.isFinite(minimum)) throw rangeError('uniform', 'minimum', 'finite', String(minimum))
  if (!(maximum >= minimum && Number.isFinite(maximum))) {
    throw rangeError('uniform', 'maximum', `finite and at least minimum (${minimum})`, String(maximum))
  }
  const low = Math.fround(minimum)
  return { low, width: Math.fround(Math.fround(maximum) - low) }
}

/** `uniformValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one. */
export function uniform(key: RandomKey, shape: readonly number[], options: UniformOptions = {}): tf.Tensor {
  const count = checkedSize('uniform', shape)
  if (hasFastKernel(PhiloxUniform)) {
    const { low: minimum, width } = checked(key, options)
    const attributes = { shape: [...shape], words: [key.low, key.high], minimum, width }
    return runFastKernel(PhiloxUniform, {}, attributes)[0]
  }
  return tf.tensor(uniformValues(key, count, options), [...shape], 'float32')
}
