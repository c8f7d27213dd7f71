import * as tf from '@tensorflow/tfjs-core'

/**
 * Puts what `repair` makes of a backend's kernel in its place: for a kernel of tfjs that is right but for some calls.
 * Nothing happens where the backend has no such kernel.
 */
export function replaceKernel(
  kernelName: string,
  backendName: string,
  repair: (stock: tf.KernelFunc) => tf.KernelFunc,
): void {
  const stock = tf.getKernel(kernelName, backendName)
  if (stock === undefined) return
  tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel({ ...stock, kernelFunc: repair(stock.kernelFunc) })
}
