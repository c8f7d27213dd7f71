import * as tf from '@tensorflow/tfjs-core'
import { type GradientCase, gradientCase, spaced, uniform } from './gradient-case.ts'

type Reduction = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor

const over = (kernel: string, f: Reduction): GradientCase[] => [
  gradientCase(kernel, 'everything', [spaced([2, 3])], x => f(x)),
  gradientCase(kernel, 'the first axis', [spaced([2, 3])], x => f(x, 0)),
  gradientCase(kernel, 'a negative axis', [spaced([2, 3, 2])], x => f(x, -2)),
  gradientCase(kernel, 'two axes, kept', [spaced([2, 3, 2])], x => f(x, [0, 2], true)),
  gradientCase(kernel, 'two axes in reverse order', [spaced([2, 3, 2])], x => f(x, [2, 1])),
  gradientCase(kernel, 'a scalar', [spaced([])], x => f(x)),
]

const running = (kernel: string, f: typeof tf.cumsum): GradientCase[] =>
  [false, true].flatMap(exclusive =>
    [false, true].flatMap(reverse =>
      [0, 1, 2].map(axis =>
        gradientCase(
          kernel,
          `axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
          [uniform([3, 3, 2], 0.5, 1.5)],
          x => f(x, axis, exclusive, reverse),
        ),
      ),
    ),
  )

/** A zero (two of them) among the factors: the product of the others is the gradient. */
const withZeros = (x: tf.Tensor, zeros: readonly number[]): tf.Tensor =>
  tf.mul(
    x,
    tf.tensor(
      Array.from({ length: x.size }, (_, i) => (zeros.includes(i) ? 0 : 1)),
      x.shape,
    ),
  )

/** Reductions, running sums and products, the largest few. */
export const reductionCases: readonly GradientCase[] = [
  ...over(tf.Sum, tf.sum),
  ...over(tf.Mean, tf.mean),
  ...over(tf.Max, tf.max),
  ...over(tf.Min, tf.min),
  ...over(tf.Prod, tf.prod),
  gradientCase(tf.Max, 'all negative', [uniform([1, 4], -0.2, -0.1)], x =>
    tf.max(tf.sub(x, tf.tensor2d([[1, 2, 0.5, 3]])), 1),
  ),
  gradientCase(tf.Prod, 'with one zero', [uniform([2, 3], 0.5, 1.5)], x =>
    tf.prod(tf.sub(x, withZeros(x, [0, 2])), 1),
  ),
  ...running(tf.Cumsum, tf.cumsum),
  ...running(tf.Cumprod, tf.cumprod),
  gradientCase(tf.Cumsum, 'a square, where a transposed gradient has the right shape', [uniform([3, 3])], x =>
    tf.cumsum(x, 0),
  ),
  gradientCase(tf.Cumprod, 'near zeros', [uniform([6], -1e-4, 1e-4)], x =>
    tf.cumprod(tf.add(x, tf.tensor1d([1, 0, 2, -1, 0, 3]))),
  ),
  gradientCase(tf.Cumprod, 'one factor', [uniform([2, 1])], x => tf.cumprod(x, 1)),
  gradientCase(tf.TopK, 'of rows', [spaced([2, 5])], x => tf.square(tf.topk(x, 2).values)),
  gradientCase(tf.TopK, 'of one row', [spaced([5])], x => tf.topk(x, 3).values),
  gradientCase(tf.TopK, 'all, which sorts', [spaced([2, 2, 3])], x => tf.topk(x, 3).values),
]
