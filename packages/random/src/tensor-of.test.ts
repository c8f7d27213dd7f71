import type * as tf from '@tensorflow/tfjs-core'
import { expectTypeOf, it } from 'vitest'
import { bernoulli, integers, key, normal, type TensorOf, uniform } from './index.ts'

it('draws have the rank of their shape, as far as types know it', () => {
  const seed = key(1)
  expectTypeOf(() => normal(seed, [4, 8])).returns.toEqualTypeOf<tf.Tensor2D>()
  expectTypeOf(() => uniform(seed, [4])).returns.toEqualTypeOf<tf.Tensor1D>()
  expectTypeOf(() => normal(seed, [])).returns.toEqualTypeOf<tf.Scalar>()
  expectTypeOf(() => bernoulli(seed, [1, 2, 3, 4], 0.5)).returns.toEqualTypeOf<tf.Tensor4D>()
  expectTypeOf(() => integers(seed, [2, 2, 2], { maximum: 3 })).returns.toEqualTypeOf<tf.Tensor3D>()
  expectTypeOf((like: tf.Tensor2D) => normal(seed, like.shape)).returns.toEqualTypeOf<tf.Tensor2D>()
  expectTypeOf<TensorOf<number[]>>().toEqualTypeOf<tf.Tensor>()
})
