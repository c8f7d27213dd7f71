import { checkShape } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { differentiableOp, type TensorsOf } from './differentiable-op.ts'

/** The op names under which kernels are registered with `registerFastKernel`. */
export const EmbeddingBag = 'EmbeddingBag'
export const EmbeddingBagGrad = 'EmbeddingBagGrad'

/** Op "EmbeddingBag" makes [batch, width]: out_b = Σ_l weights_bl · table[ids_bl]. Ids outside the table add 0. */
export interface EmbeddingBagInputs {
  /** [rows, width] float32 */
  readonly table: tf.TensorInfo
  /** [batch, length] int32 */
  readonly ids: tf.TensorInfo
  /** [batch, length] float32 */
  readonly weights: tf.TensorInfo
}

/**
 * Op "EmbeddingBagGrad" makes [table's gradient [rows, width], weights' gradient [batch, length]]:
 * Σ over (b, l) with ids_bl = row of weights_bl · dy_b, and table[ids_bl] · dy_b. An entry of weight 0 whose id is
 * 0 is padding: its weight's gradient may be 0.
 */
export interface EmbeddingBagGradInputs extends EmbeddingBagInputs {
  /** [batch, width] float32 */
  readonly dy: tf.TensorInfo
}

/**
 * Weighted sums of a table's rows: out_b = Σ_l weights_bl · table[ids_bl], for texts whose meaning is the sum of
 * their parts. The [batch, length, width] rows are never stored by a backend with a kernel of its own; the
 * composed form stores them. Differentiable in table and weights; ids have no gradient.
 *
 * @param table [rows, width] float32
 * @param ids [batch, length] int32, in 0 … rows − 1. By convention 0 is padding: give it weight 0.
 * @param weights [batch, length] float32
 * @returns [batch, width]
 * @throws TypeError for shapes or dtypes that don't fit
 */
export function embeddingBag(table: tf.Tensor2D, ids: tf.Tensor2D, weights: tf.Tensor2D): tf.Tensor2D {
  const where = 'embeddingBag'
  checkShape(where, { table }, ['rows', 'width'])
  const { batch, length } = checkShape(where, { ids }, ['batch', 'length'], { dtype: 'int32' })
  checkShape(where, { weights }, [batch, length])
  return op({ table, ids, weights }, {}) as tf.Tensor2D
}

const op = differentiableOp({
  name: EmbeddingBag,
  inputs: ['table', 'weights'],
  save: ['table', 'weights', 'ids'],
  firstOrder: true,
  composed: ({ table, ids, weights }: TensorsOf<EmbeddingBagInputs>) =>
    tf.sum(tf.mul(tf.gather(table, ids), tf.expandDims(weights, 2)), 1),
})
