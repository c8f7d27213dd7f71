import type { RandomKey, Variables } from '@chiaro/core'
import { fusedDense } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { normal } from './normal.ts'

export interface DenseOptions {
  /** Standard deviation of the kernel at first, times 1/√inputs. Default 1; √2 ahead of a ReLU (He). */
  readonly gain?: number
  /** Default true. */
  readonly bias?: boolean
}

/**
 * x·kernel + bias, [batch, inputs] → [batch, outputs]; variables "<name>/kernel" and "<name>/bias".
 *
 * @example
 * ```ts
 * import { newVariables } from '@chiaro/core'
 * import { dense, key, normal } from '@chiaro/random'
 *
 * const variables = newVariables()
 * const layer = dense(variables, 'layer1', [8, 4], key(1), { gain: Math.SQRT2 }) // ahead of a ReLU
 * console.log(layer(normal(key(2), [32, 8])).shape) // [32, 4]
 * console.log(Object.keys(variables.parameters)) // layer1/kernel, layer1/bias
 * ```
 */
export function dense(
  variables: Variables,
  name: string,
  [inputs, outputs]: readonly [number, number],
  key: RandomKey,
  { gain = 1, bias = true }: DenseOptions = {},
): (x: tf.Tensor2D) => tf.Tensor2D {
  const standardDeviation = gain / Math.sqrt(inputs)
  const kernel = variables.parameter(
    `${name}/kernel`,
    normal(key, [inputs, outputs], { standardDeviation }) as tf.Tensor2D,
  )
  const offset = bias ? variables.parameter(`${name}/bias`, tf.zeros([outputs])) : undefined
  return x => (offset === undefined ? tf.matMul(x, kernel) : fusedDense(x, kernel, offset as tf.Tensor1D))
}
