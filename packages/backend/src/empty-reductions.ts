import * as tf from '@tensorflow/tfjs-core'

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
 * reshape to [NaN] or a buffer of NaN bytes. Twice does no more than once.
 */
export function repairEmptyReductions(backendName: 'webgl' | 'webgpu'): void {
  for (const [kernelName, value] of Object.entries(ofNothing)) {
    const stock = tf.getKernel(kernelName, backendName)
    if (stock === undefined || repaired.has(stock.kernelFunc)) continue
    const kernelFunc: tf.KernelFunc = parameters => {
      const x = parameters.inputs.x as tf.TensorInfo
      if (tf.util.sizeFromShape(x.shape) > 0) return stock.kernelFunc(parameters)
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
    }
    repaired.add(kernelFunc)
    tf.unregisterKernel(kernelName, backendName)
    tf.registerKernel({ ...stock, kernelFunc })
  }
}

const repaired = new WeakSet<tf.KernelFunc>()

function arrayOf(dtype: tf.DataType, size: number): tf.TypedArray {
  if (dtype === 'bool') return new Uint8Array(size)
  return dtype === 'int32' ? new Int32Array(size) : new Float32Array(size)
}
