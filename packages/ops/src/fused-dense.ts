import { checkOneOf, checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { fastOr } from './differentiable-op.ts'
import { runFastKernel } from './fast-kernel.ts'
import { defineGradient } from './gradients/define-gradient.ts'

/** The op names under which kernels are registered with `registerFastKernel`; both or none for a backend. */
export const FusedDense = 'FusedDense'
export const FusedDenseGrad = 'FusedDenseGrad'

/** What follows the affine map while its result is in the cache; other activations are ops of their own. */
export type DenseActivation = 'linear' | 'relu'

/** Op "FusedDense" makes [y], y = activation(x·kernel + bias), [n, o]. */
export interface FusedDenseInputs {
  /** [n, i] float32. */
  readonly x: tf.TensorInfo
  /** [i, o]. */
  readonly kernel: tf.TensorInfo
  /** [o]. */
  readonly bias: tf.TensorInfo
}

/** Op "FusedDenseGrad" makes [dkernel, dbias]: xᵀ·dz, [i, o], and Σ_rows dz, [o]. */
export interface FusedDenseGradInputs {
  /** [n, i] float32. */
  readonly x: tf.TensorInfo
  /** [n, o]. */
  readonly dz: tf.TensorInfo
}

export interface FusedDenseAttributes {
  readonly activation: DenseActivation
}

export interface FusedDenseOptions {
  /** Default 'linear'. */
  readonly activation?: DenseActivation
}

/**
 * A layer of a network in one op: y = activation(x·kernel + bias). Differentiable in all three, to any order. A backend
 * with the kernels adds the bias while the product is in the cache, and sums its gradient beside the kernel's. Memory:
 * x, kernel and y are kept for the gradient.
 *
 * @param x [n, i] float32
 * @param kernel [i, o]
 * @param bias [o]
 * @returns [n, o]
 * @throws TypeError for shapes or dtypes that do not fit; RangeError for an unknown activation
 */
export function fusedDense(
  x: tf.Tensor2D,
  kernel: tf.Tensor2D,
  bias: tf.Tensor1D,
  options: FusedDenseOptions = {},
): tf.Tensor2D {
  const { activation = 'linear' } = options
  const where = 'fusedDense'
  checkOneOf(where, { activation }, ['linear', 'relu'])
  const { i } = checkShape(where, { x }, ['n', 'i'])
  const { o } = checkShape(where, { kernel }, [i, 'o'])
  checkShape(where, { bias }, [o])
  const composed = () => {
    const z = tf.add(tf.matMul(x, kernel), bias)
    return [activation === 'relu' ? tf.relu(z) : z]
  }
  const inputs = () => ({ x, kernel, bias })
  return fastOr(FusedDense, inputs, { activation }, composed, { derivatives: 1 })[0] as tf.Tensor2D
}

/** Recorded where the kernel ran: below a second gradient, so that its own need not be differentiable. */
export const fusedDenseGradient: tf.GradConfig = defineGradient<{ activation: DenseActivation }>(
  FusedDense,
  { inputs: ['x', 'kernel'], outputs: [true] },
  (dy, [x, kernel, y], { activation }) => {
    const dz = activation === 'relu' ? tf.mul(dy, tf.step(y)) : dy
    const [dkernel, dbias] = runFastKernel(FusedDenseGrad, { x, dz })
    return {
      x: () => tf.matMul(dz as tf.Tensor2D, kernel as tf.Tensor2D, false, true),
      kernel: () => dkernel,
      bias: () => dbias,
    }
  },
)
