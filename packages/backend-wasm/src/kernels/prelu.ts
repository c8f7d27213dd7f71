import * as tf from '@tensorflow/tfjs-core'
import type { WasmKernel } from '../kernel-module.ts'
import { stockKernel } from '../stock-kernel.ts'

const stock = stockKernel(tf.Prelu)

/** x where x ≥ 0, else alpha·x. tfjs's knows one alpha, or one for each channel, and misreads other shapes. */
export const prelu: WasmKernel = {
  ...stock,
  run: call => {
    const { x, alpha } = call.inputs
    const alphas = tf.util.sizeFromShape(alpha.shape)
    const last = alpha.shape[alpha.shape.length - 1] ?? 1
    if (alphas === last && alphas === x.shape[x.shape.length - 1]) return stock.run(call)
    return tf.tidy(() => {
      const tensor = x as tf.Tensor
      return tf.where(tf.less(tensor, 0), tf.mul(tensor, alpha as tf.Tensor), tensor)
    })
  },
}
