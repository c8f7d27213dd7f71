import * as tf from '@tensorflow/tfjs-core'

/**
 * Replaces tfjs's product of WebGPU by one that keeps its dimensions when asked to: for small tensors, which tfjs
 * multiplies on the host, it forgets them. Twice does no more than once.
 */
export function repairKeptDimensions(): void {
  const stock = tf.getKernel(tf.Prod, 'webgpu')
  if (stock === undefined || repaired.has(stock.kernelFunc)) return
  const kernelFunc: tf.KernelFunc = parameters => {
    const product = stock.kernelFunc(parameters) as tf.TensorInfo
    const { axis, keepDims } = parameters.attrs as unknown as tf.ProdAttrs
    if (!keepDims) return product
    const { shape } = parameters.inputs.x as tf.TensorInfo
    const axes = tf.util.parseAxisParam(axis, shape)
    return { ...product, shape: shape.map((size, i) => (axes.includes(i) ? 1 : size)) }
  }
  repaired.add(kernelFunc)
  tf.unregisterKernel(tf.Prod, 'webgpu')
  tf.registerKernel({ ...stock, kernelFunc })
}

const repaired = new WeakSet<tf.KernelFunc>()
