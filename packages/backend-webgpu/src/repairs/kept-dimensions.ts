import { replaceKernel } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Replaces tfjs's product of WebGPU by one that keeps its dimensions when asked to: for small tensors, which tfjs
 * multiplies on the host, it forgets them.
 */
export function repairKeptDimensions(): void {
  replaceKernel(tf.Prod, 'webgpu', stock => parameters => {
    const product = stock(parameters) as tf.TensorInfo
    const { axis, keepDims } = parameters.attrs as unknown as tf.ProdAttrs
    if (!keepDims) return product
    const { shape } = parameters.inputs.x as tf.TensorInfo
    const axes = tf.util.parseAxisParam(axis, shape)
    return { ...product, shape: shape.map((size, i) => (axes.includes(i) ? 1 : size)) }
  })
}
