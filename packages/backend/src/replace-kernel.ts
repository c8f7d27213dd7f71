import * as tf from '@tensorflow/tfjs-core'

/** Puts what `repair` makes of tfjs's kernel in its place; nothing happens where the backend has no such kernel. */
export function replaceKernel(
  kernelName: string,
  backendName: 'webgl' | 'webgpu',
  repair: (stock: tf.KernelFunc) => tf.KernelFunc,
): void {
  const stock = tf.getKernel(kernelName, backendName)
  if (stock === undefined) return
  tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel({ ...stock, kernelFunc: repair(stock.kernelFunc) })
}
