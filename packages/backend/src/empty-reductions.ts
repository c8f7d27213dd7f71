import * as tf from '@tensorflow/tfjs-core'
import { replaceKernel } from './replace-kernel.ts'

/** What each reduction gives for nothing. */
const ofNothing: Readonly<Record<string, number>> = {
  Sum: 0,
  Prod: 1,
  Mean: Number.NaN,
  Max: Number.NEGATIVE_INFINITY,
  Min: Number.POSITIVE_INFINITY,
  All: 1,
  Any: 0,
}

/** What tfjs's two backends for graphics cards have in common. */
interface GraphicsBackend {
  makeTensorInfo(shape: number[], dtype: tf.DataType, values?: tf.TypedArray): tf.TensorInfo
}

/**
 * Replaces the reductions of a graphics backend of tfjs by ones that take empty tensors: tfjs's own fail there, by a
 * reshape to [NaN] or a buffer of NaN bytes.
 */
export function repairEmptyReductions(backendName: 'webgl' | 'webgpu'): void {
  for (const [kernelName, value] of Object.entries(ofNothing)) {
    replaceKernel(kernelName, backendName, stock => parameters => {
      const x = parameters.inputs.x as tf.TensorInfo
      if (tf.util.sizeFromShape(x.shape) > 0) return stock(parameters)
      const { axis, keepDims } = parameters.attrs as unknown as {
        axis?: number | number[]
        keepDims: boolean
      }
      const axes = tf.util.parseAxisParam(axis ?? x.shape.map((_, i) => i), x.shape)
      const shape = x.shape.flatMap((size, i) => {
        if (!axes.includes(i)) return [size]
        return keepDims ? [1] : []
      })
      const values = arrayOf(x.dtype, tf.util.sizeFromShape(shape)).fill(value)
      return (parameters.backend as GraphicsBackend).makeTensorInfo(shape, x.dtype, values)
    })
  }
}

function arrayOf(dtype: tf.DataType, size: number): tf.TypedArray {
  if (dtype === 'bool') return new Uint8Array(size)
  return dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
}
