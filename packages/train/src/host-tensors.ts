import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** A tensor read to the host: what checkpoints are made of. */
export interface HostTensor {
  readonly dtype: 'float32' | 'int32' | 'bool'
  readonly shape: readonly number[]
  /** As tfjs gives them: Float32Array, Int32Array, and Uint8Array for bool. Little-endian when written. */
  readonly values: Float32Array | Int32Array | Uint8Array
}

/** Tensors by name ("block1/conv/kernel"). */
export type HostTensors = Readonly<Record<string, HostTensor>>

/**
 * Reads tensors to the host, each copied, so that later steps cannot change what was read.
 *
 * @example
 * ```ts
 * import { readTensors } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const { kernel } = await readTensors({ kernel: tf.ones([2, 2]) })
 * console.log(kernel.dtype, kernel.shape, kernel.values) // a copy, which no later step changes
 * ```
 */
export async function readTensors(tensors: Readonly<Record<string, tf.Tensor>>): Promise<HostTensors> {
  const entries = await Promise.all(
    Object.entries(tensors).map(async ([name, tensor]): Promise<[string, HostTensor]> => {
      const { dtype, shape } = tensor
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
        throw new ChiaroError(
          'run',
          `readTensors: ${name} must be float32, int32 or bool, got ${dtype}`,
          name,
        )
      }
      const values = (await tensor.data()).slice() as HostTensor['values']
      return [name, { dtype, shape: [...shape], values }]
    }),
  )
  return Object.fromEntries(entries)
}

/**
 * Gives variables the values of a checkpoint. Names must be the same set and shapes and dtypes must agree;
 * all is checked before the first variable changes.
 *
 * @param where what the tensors are, for the message ("model.safetensors")
 * @throws ChiaroError ('run') that names the first tensor that is missing, left over or of another shape
 *
 * @example
 * ```ts
 * import { assignTensors, readTensors } from '@chiaro/train'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const w = tf.variable(tf.tensor1d([1, 2]))
 * const kept = await readTensors({ w })
 * w.assign(tf.zeros([2]))
 * assignTensors('model', { w }, kept) // all or nothing: a missing or misshapen tensor is an error before
 * w.print() // [1, 2]
 * ```
 */
export function assignTensors(
  where: string,
  variables: Readonly<Record<string, tf.Variable>>,
  tensors: HostTensors,
): void {
  for (const [name, variable] of Object.entries(variables)) {
    const { dtype, shape } = checkedTensor(where, tensors, name)
    if (dtype !== variable.dtype || !tf.util.arraysEqual([...shape], variable.shape)) {
      const expected = `${variable.dtype} [${variable.shape}]`
      throw new ChiaroError('run', `${where}: ${name} must be ${expected}, got ${dtype} [${shape}]`, name)
    }
  }
  for (const name of Object.keys(tensors)) {
    if (!Object.hasOwn(variables, name)) {
      throw new ChiaroError(
        'run',
        `${where}: ${name} must be a tensor of this model, got one it has not`,
        name,
      )
    }
  }
  for (const [name, variable] of Object.entries(variables)) {
    const value = toTensor(tensors[name])
    variable.assign(value)
    value.dispose()
  }
}

/** The tensor called `name`, or an error that says which one is missing. */
export function checkedTensor(where: string, tensors: HostTensors, name: string): HostTensor {
  if (!Object.hasOwn(tensors, name)) {
    throw new ChiaroError('run', `${where}: ${name} must be among the tensors, got none`, name)
  }
  return tensors[name]
}

/**
 * A tfjs tensor with a copy of the values.
 *
 * @example
 * ```ts
 * import { toTensor } from '@chiaro/train'
 *
 * toTensor({ dtype: 'int32', shape: [2, 2], values: Int32Array.of(1, 2, 3, 4) }).print()
 * ```
 */
export function toTensor({ dtype, shape, values }: HostTensor): tf.Tensor {
  return tf.tensor(values.slice(), [...shape], dtype)
}
