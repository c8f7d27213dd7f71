import { typeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** A weight on the host, row-major, as a reader of safetensors gives it (float16 and bfloat16 widened). */
export interface HostWeight {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

/** A checkpoint's weights by their names; tensors stay the caller's. */
export type ClipWeights = Readonly<Record<string, HostWeight | tf.Tensor>>

const where = 'clipTowers'

/** The shape of a weight of `rank` axes. @throws TypeError that names it when it is missing or of another rank */
export function shapeOf(weights: ClipWeights, name: string, rank: number): readonly number[] {
  const { shape } = present(weights, name)
  if (shape.length === rank && shape.every(size => size > 0)) return shape
  throw typeError(where, `weights["${name}"]`, `of ${rank} axes without an empty one`, `[${shape}]`)
}

/** A weight as a tensor that the caller disposes. @throws TypeError that names one missing or of another shape */
export function weightOf(weights: ClipWeights, name: string, shape: readonly number[]): tf.Tensor {
  const weight = present(weights, name)
  if (!tf.util.arraysEqual([...weight.shape], [...shape])) {
    throw typeError(where, `weights["${name}"]`, `[${shape}]`, `[${weight.shape}]`)
  }
  if (weight instanceof tf.Tensor) return tf.cast(weight, 'float32')
  const size = tf.util.sizeFromShape([...shape])
  if (weight.values.length !== size) {
    const got = `${weight.values.length} for [${shape}]`
    throw typeError(where, `weights["${name}"].values`, `${size} numbers`, got)
  }
  // A copy: some backends would keep the caller's array.
  return tf.tensor(Float32Array.from(weight.values), [...shape], 'float32')
}

function present(weights: ClipWeights, name: string): HostWeight | tf.Tensor {
  if (Object.hasOwn(weights, name)) return weights[name]
  throw typeError(where, 'weights', `a checkpoint with "${name}"`, 'one without')
}
