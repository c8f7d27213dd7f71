import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { gradientFault } from './check-gradient.ts'

describeBackends('gradientFault', backend => {
  it('is silent where gradients are right', async () => {
    expect(await gradientFault()).toBeUndefined()
  })

  it('finds a backend that computes something else', async () => {
    const tanh = tf.getKernel('Tanh', backend)
    tf.unregisterKernel('Tanh', backend)
    // What half precision does to a result near 1.
    const rough = (x: tf.Tensor) => tf.mul(tf.sigmoid(tf.mul(x, 2)), 2.002)
    tf.registerKernel({
      kernelName: 'Tanh',
      backendName: backend,
      kernelFunc: ({ inputs }) => tf.tidy(() => tf.sub(rough(inputs.x as tf.Tensor), 1)),
    })
    expect(await gradientFault()).toMatch(/is off by/)
    tf.unregisterKernel('Tanh', backend)
    tf.registerKernel(tanh)
  })
})
