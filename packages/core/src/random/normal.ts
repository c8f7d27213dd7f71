import { rangeError } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { checkCount, checkedSize } from './check-count.ts'
import { checkKey, type RandomKey, words } from './key.ts'

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number
  /** Default 1. */
  readonly standardDeviation?: number
}

/**
 * `count` normal float32 by Box and Muller (1958): words 2p and 2p + 1 give u = (w + ½)·2⁻³², and from them
 * √(−2 ln u₁)·cos 2πu₂ and √(−2 ln u₁)·sin 2πu₂. Computed in float64 on the host, where sines are exact enough,
 * and rounded once: within 1e-6 between machines. No value lies beyond 6.8 standard deviations.
 *
 * @throws RangeError unless mean is finite and standardDeviation finite and ≥ 0
 */
export function normalValues(key: RandomKey, count: number, options: NormalOptions = {}): Float32Array {
  const { mean = 0, standardDeviation = 1 } = options
  checkKey('normal', key)
  checkCount('normal', 'count', count)
  if (!Number.isFinite(mean)) throw rangeError('normal', 'mean', 'finite', String(mean))
  if (!(standardDeviation >= 0 && Number.isFinite(standardDeviation))) {
    throw rangeError('normal', 'standardDeviation', 'finite and not negative', String(standardDeviation))
  }
  const drawn = words(key, count + (count % 2))
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) {
    const radius = standardDeviation * Math.sqrt(-2 * Math.log((drawn[i] + 0.5) * 2 ** -32))
    const angle = 2 * Math.PI * ((drawn[i + 1] + 0.5) * 2 ** -32)
    values[i] = mean + radius * Math.cos(angle)
    if (i + 1 < count) values[i + 1] = mean + radius * Math.sin(angle)
  }
  return values
}

/** `normalValues` as a float32 tensor of the given shape. */
export function normal(key: RandomKey, shape: readonly number[], options: NormalOptions = {}): tf.Tensor {
  const count = checkedSize('normal', shape)
  return tf.tensor(normalValues(key, count, options), [...shape], 'float32')
}
