import { hasFastKernel, PhiloxNormal, rangeError, runFastKernel } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { writePair } from './box-muller.ts'
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
 * √(−2 ln u₁)·cos 2πu₂ and √(−2 ln u₁)·sin 2πu₂. Computed in float64 and rounded once; the bits are the same on every
 * engine and every backend. No value lies beyond 6.8 standard deviations.
 *
 * @throws RangeError unless mean is finite and standardDeviation finite and ≥ 0
 */
export function normalValues(key: RandomKey, count: number, options: NormalOptions = {}): Float32Array {
  const { mean, standardDeviation } = checked(key, options)
  checkCount('normal', 'count', count)
  const drawn = words(key, count + (count % 2))
  const values = new Float32Array(count)
  for (let i = 0; i < count; i += 2) writePair(drawn[i], drawn[i + 1], values, i, mean, standardDeviation)
  return values
}

function checked(key: RandomKey, options: NormalOptions): Required<NormalOptions> {
  const { mean = 0, standardDeviation = 1 } = options
  checkKey('normal', key)
  if (!Number.isFinite(mean)) throw rangeError('normal', 'mean', 'finite', String(mean))
  if (!(standardDeviation >= 0 && Number.isFinite(standardDeviation))) {
    throw rangeError('normal', 'standardDeviation', 'finite and not negative', String(standardDeviation))
  }
  return { mean, standardDeviation }
}

/** `normalValues` as a float32 tensor of the given shape; the same bits, by the backend's own kernel where it has one. */
export function normal(key: RandomKey, shape: readonly number[], options: NormalOptions = {}): tf.Tensor {
  const count = checkedSize('normal', shape)
  if (hasFastKernel(PhiloxNormal)) {
    const parameters = checked(key, options)
    const attributes = { shape: [...shape], words: [key.low, key.high], ...parameters }
    return runFastKernel(PhiloxNormal, {}, attributes)[0]
  }
  return tf.tensor(normalValues(key, count, options), [...shape], 'float32')
}
