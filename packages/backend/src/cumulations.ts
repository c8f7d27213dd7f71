import * as tf from '@tensorflow/tfjs-core'

/**
 * Replaces tfjs's running sums and products of WebGPU by ones that are right in reverse: tfjs writes the length into the
 * shader of the reversed ones but caches it without, so that the first length met serves all others. Here a reversed one
 * is an unreversed one of the reversed tensor. Twice does no more than once.
 */
export function repairCumulations(): void {
  for (const kernelName of [tf.Cumsum, tf.Cumprod]) {
    const stock = tf.getKernel(kernelName, 'webgpu')
    if (stock === undefined || repaired.has(stock.kernelFunc)) continue
    const kernelFunc: tf.KernelFunc = ({ inputs, backend, attrs }) => {
      const { axis, exclusive, reverse } = attrs as unknown as tf.CumsumAttrs
      const x = inputs.x as tf.TensorInfo
      const forward = (along: tf.TensorInfo) =>
        stock.kernelFunc({
          inputs: { x: along },
          backend,
          attrs: { axis, exclusive, reverse: false },
        }) as tf.TensorInfo
      if (!reverse) return forward(x)
      const turn = tf.getKernel(tf.Reverse, 'webgpu')!.kernelFunc
      const turned = (along: tf.TensorInfo) =>
        turn({ inputs: { x: along }, backend, attrs: { dims: [axis] } }) as tf.TensorInfo
      const { disposeData } = backend as { disposeData(dataId: object): boolean }
      const ahead = turned(x)
      const summed = forward(ahead)
      const result = turned(summed)
      for (const { dataId } of [ahead, summed]) disposeData.call(backend, dataId)
      return result
    }
    repaired.add(kernelFunc)
    tf.unregisterKernel(kernelName, 'webgpu')
    tf.registerKernel({ ...stock, kernelFunc })
  }
}

const repaired = new WeakSet<tf.KernelFunc>()
