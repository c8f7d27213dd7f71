import * as tf from '@tensorflow/tfjs-core'
import { values } from '../serve.mjs'

/** Numbers of the host to the card; the least of kernels makes tfjs send them. */
export function upload(bytes) {
  const numbers = values(bytes / 4)
  return { step: () => tf.dispose(tf.tidy(() => tf.neg(tf.tensor1d(numbers)))) }
}

/** What a kernel made on the card back to the host. */
export function download(bytes) {
  const x = tf.tensor1d(values(bytes / 4))
  return {
    async step() {
      const made = tf.neg(x)
      await made.data()
      made.dispose()
    },
    dispose: () => x.dispose(),
  }
}
