import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp, type TensorsOf } from './differentiable-op.ts'
import { stopGradient } from './stop-gradient.ts'

/** The op names under which kernels are registered with `registerFastKernel`. Both or none for a backend. */
export const RowNormalize = 'RowNormalize'
export const RowNormalizeGrad = 'RowNormalizeGrad'

/**
 * Op "RowNormalize" makes [y] of x's shape: x/‖x‖₂ along the last axis, right for any finite row (squares must not
 * leave the range), 0 for a row of zeros, NaN for a row with a number that is not finite.
 */
export interface RowNormalizeInputs {
  /** […, d] float32. */
  readonly x: tf.TensorInfo
}

/** Op "RowNormalizeGrad" makes [dx] = (dy − y·(yᵀdy))/‖x‖ of each row, 0 for a row of zeros. */
export interface RowNormalizeGradInputs extends RowNormalizeInputs {
  /** Of x's shape. */
  readonly dy: tf.TensorInfo
}

/**
 * y = x / ‖x‖₂ along `axis` (default: the last). The largest magnitude is divided out first, so vectors of size
 * 1e-23 or 1e20, whose squares leave float32, come out at unit length and with their exact gradient
 * (dy − y·(yᵀdy)) / ‖x‖. A zero vector stays zero, with zero gradient. Derivatives of any order exist.
 */
export function l2Normalize<T extends tf.Tensor>(x: T, axis = -1): T {
  return op({ x }, { axis }) as T
}

const op = differentiableOp({
  name: RowNormalize,
  inputs: ['x'],
  save: ['x'],
  fits: ({ x: { rank, dtype } }, { axis }) =>
    dtype === 'float32' && rank > 0 && (axis === -1 || axis === rank - 1),
  composed: ({ x }: TensorsOf<RowNormalizeInputs>, { axis }: { readonly axis: number }) => {
    const { u } = divideOutSize(x, axis)
    const squares = tf.sum(tf.square(u), axis, true)
    // u holds an element of magnitude 1, or nothing but zeros, which any length leaves at zero.
    return tf.div(u, tf.sqrt(tf.maximum(squares, 1)))
  },
  // ‖x‖ is size·uᵀy, so no square root needs a derivative.
  composedGradient: ({ x, dy }, { axis }) => {
    const { u, size, zero } = divideOutSize(x, axis)
    const y = l2Normalize(x, axis)
    const length = tf.sum(tf.mul(u, y), axis, true)
    const tangent = tf.sub(dy, tf.mul(y, tf.sum(tf.mul(y, dy), axis, true)))
    // A zero vector gets an infinite length, so that its gradient is 0. Two divisions: the product of both lengths may
    // leave float32 where the quotient does not.
    const infinite = tf.fill([...length.shape], Number.POSITIVE_INFINITY)
    return [tf.div(tf.div(tangent, tf.where(zero, infinite, length)), size)]
  },
})

/** u = x / size with size = max |x|, or 1 for a zero vector. A constant: y does not depend on it. */
function divideOutSize(x: tf.Tensor, axis: number) {
  const largest = stopGradient(tf.max(tf.abs(x), axis, true))
  const zero = tf.equal(largest, 0)
  const size = tf.where(zero, tf.onesLike(largest), largest)
  return { u: tf.div(x, size), size, zero }
}
