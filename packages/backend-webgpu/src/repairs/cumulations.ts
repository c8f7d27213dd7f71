import { replaceKernel } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/**
 * Replaces tfjs's running sums and products of WebGPU by ones that are right in reverse: tfjs writes the length into the
 * shader of the reversed ones but caches it without, so that the first length met serves all others. Here a reversed one
 * is an unreversed one of the reversed tensor.
 */
export function repairCumulations(): void {
  for (const kernelName of [tf.Cumsum, tf.Cumprod]) {
    replaceKernel(kernelName, 'webgpu', stock => ({ inputs, backend, attrs }) => {
      const { axis, exclusive, reverse } = attrs as unknown as tf.CumsumAttrs
      const forward = (x: tf.TensorInfo) =>
        stock({ inputs: { x }, backend, attrs: { axis, exclusive, reverse: false } }) as tf.TensorInfo
      const x = inputs.x as tf.TensorInfo
      if (!reverse) return forward(x)
      const turn = tf.getKernel(tf.Reverse, 'webgpu')!.kernelFunc
      const turned = (along: tf.TensorInfo) =>
        turn({ inputs: { x: along }, backend, attrs: { dims: [axis] } }) as tf.TensorInfo
      const ahead = turned(x)
      const summed = forward(ahead)
      const result = turned(summed)
      const tfjs = backend as { disposeData(dataId: object): boolean }
      for (const { dataId } of [ahead, summed]) tfjs.disposeData(dataId)
      return result
    })
  }
}
