import * as tf from '@tensorflow/tfjs-core'
import { replaceKernel } from './replace-kernel.ts'

/** tfjs's reductions by the names of their kernels, and what each gives for no numbers. */
const identities: Readonly<Record<string, number>> = {
  [tf.Sum]: 0,
  [tf.Prod]: 1,
  [tf.Mean]: Number.NaN,
  [tf.Max]: Number.NEGATIVE_INFINITY,
  [tf.Min]: Number.POSITIVE_INFINITY,
  [tf.All]: 1,
  [tf.Any]: 0,
}

/** What tfjs's reduction of that name gives for no elements: of integers, the nearest int32 to it. */
export function reductionIdentity(kernelName: string, dtype: tf.DataType): number {
  const identity = identities[kernelName]
  return dtype === 'float32' ? identity : Math.max(-(2 ** 31), Math.min(identity, 2 ** 31 - 1))
}

/** What tfjs's two backends for graphics cards have in common. */
interface GraphicsBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.TypedArray): tf.TensorInfo
}

type ReductionAttributes = tf.MinAttrs & Partial<tf.MaxAttrs>

/**
 * Replaces the reductions of a graphics backend of tfjs by ones that take empty tensors: tfjs's own fail there, by a
 * reshape to [NaN] or a buffer of NaN bytes.
 */
export function repairEmptyReductions(backendName: string): void {
  for (const kernelName of Object.keys(identities)) {
    replaceKernel(kernelName, backendName, stock => parameters => {
      const x = parameters.inputs.x as tf.TensorInfo
      if (tf.util.sizeFromShape(x.shape) > 0) return stock(parameters)
      // The axes have another name in tfjs's maximum.
      const { reductionIndices, axis, keepDims } = parameters.attrs as unknown as ReductionAttributes
      const axes = tf.util.parseAxisParam(reductionIndices ?? axis, x.shape)
      const [kept] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes)
      const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(kept, axes) : kept
      const dtype = kernelName === tf.Mean ? 'float32' : x.dtype
      const values = tf.util.getArrayFromDType(dtype, tf.util.sizeFromShape(shape)) as tf.TypedArray
      values.fill(reductionIdentity(kernelName, dtype))
      return (parameters.backend as GraphicsBackend).makeTensorInfo(shape, dtype, values)
    })
  }
}
