import * as tf from '@tensorflow/tfjs-core'
import { customGradient } from './custom-gradient.ts'
import { differentiableOp } from './differentiable-op.ts'
import { savedOutput } from './engine-state.ts'

/**
 * The op names under which kernels are registered with `registerFastKernel`; both or none for a backend. "RowLogSumExp"
 * makes [y], […], of x, […, c] float32 with c ≥ 1, by the rules of `logSumExp` for infinities; "RowLogSumExpGrad" makes
 * [dx] = dy·softmax(x), 0 where a row is nothing but −∞, of x and dy, […].
 */
export const RowLogSumExp = 'RowLogSumExp'
export const RowLogSumExpGrad = 'RowLogSumExpGrad'

const LARGEST_FLOAT32 = 3.4028234663852886e38

/**
 * log Σ exp(x) over `axis` (default: all axes), in nats, without overflow: the maximum is taken out first.
 *
 * All −∞, or no element at all, gives −∞ with zero gradient. A +∞ gives +∞, and its gradient goes to the
 * infinite elements in equal parts. The gradient is softmax(x); it is made of differentiable ops, so derivatives
 * of any order exist.
 */
export function logSumExp(x: tf.Tensor, axis?: number | readonly number[], keepDims = false): tf.Tensor {
  const axes = tf.util.parseAxisParam(axis === undefined ? x.shape.map((_, i) => i) : [axis].flat(), [
    ...x.shape,
  ])
  if (!keepDims) return op({ x }, { axes })
  return tf.tidy(() => tf.reshape(op({ x }, { axes }), withOnes(x.shape, axes)))
}

const op = differentiableOp({
  name: RowLogSumExp,
  inputs: ['x'],
  save: ['x'],
  fits: ({ x }, { axes }) =>
    axes.length === 1 && axes[0] === x.rank - 1 && x.size > 0 && x.dtype === 'float32',
  composed: ({ x }: { readonly x: tf.Tensor }, { axes }: { readonly axes: number[] }) => {
    const { total, shift, maximum } = shiftedSum(x, axes)
    const infinite = tf.equal(maximum, Number.POSITIVE_INFINITY)
    const value = tf.where(infinite, maximum, tf.add(logOfSum(total), shift))
    return tf.reshape(
      value,
      x.shape.filter((_, i) => !axes.includes(i)),
    )
  },
  composedGradient: ({ x, dy }, { axes }) => [
    tf.mul(tf.reshape(dy, withOnes(x.shape, axes)), softmaxOrZero(x, axes)),
  ],
})

/** A shape whose `axes` were summed and kept. */
function withOnes(shape: readonly number[], axes: readonly number[]): number[] {
  return shape.map((size, i) => (axes.includes(i) ? 1 : size))
}

/** exp(x − max x) and its sum; a maximum that is infinite stands at 0 or at the largest float32. */
function shiftedSum(x: tf.Tensor, axes: number[]) {
  const keptShape = withOnes(x.shape, axes)
  // tfjs's wasm kernels leave reductions over nothing uninitialised.
  const nothing = x.size === 0
  const maximum = nothing ? tf.fill(keptShape, Number.NEGATIVE_INFINITY) : tf.max(x, axes, true)
  const empty = tf.equal(maximum, Number.NEGATIVE_INFINITY)
  const shift = tf.where(empty, tf.zerosLike(maximum), tf.minimum(maximum, LARGEST_FLOAT32))
  const terms = tf.exp(tf.sub(tf.minimum(x, LARGEST_FLOAT32), shift))
  const total = nothing ? tf.zeros(keptShape) : tf.sum(terms, axes, true)
  return { maximum, shift, terms, total }
}

/** softmax over the axes, 0 where all elements are −∞. Differentiable itself: p·(dp − Σ p·dp). */
function softmaxOrZero(x: tf.Tensor, axes: number[]): tf.Tensor {
  return customGradient(input => {
    const { terms, total } = shiftedSum(input, axes)
    // By the sum and not by the maximum: that of nothing but −∞ is −1e20 on WebGL.
    const p = tf.div(terms, tf.where(tf.equal(total, 0), tf.onesLike(total), total))
    return {
      value: p,
      saved: [input, p],
      gradient: (dp, [savedInput, savedP]) => {
        const q = savedOutput(savedP, () => softmaxOrZero(savedInput, axes))
        return [tf.mul(q, tf.sub(dp, tf.sum(tf.mul(dp, q), axes, true)))]
      },
    }
  }, x)
}

/** log x with −∞ for 0, which graphics cards leave open. */
export function logOfSum(x: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.where(tf.equal(x, 0), tf.fill([...x.shape], Number.NEGATIVE_INFINITY), tf.log(x)))
}
