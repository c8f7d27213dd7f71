import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { replaceKernel } from './replace-kernel.ts'

const kernelName = 'Halve'
const backendName = 'no backend'

it('puts in place what is made of the kernel there was, and keeps its setup', () => {
  const setupFunc = () => {}
  const half = { dataId: {}, shape: [2], dtype: 'float32' as const }
  tf.registerKernel({ kernelName, backendName, setupFunc, kernelFunc: () => half })
  replaceKernel(
    kernelName,
    backendName,
    stock => call => ({ ...(stock(call) as object), shape: [1] }) as never,
  )
  const { kernelFunc, setupFunc: kept } = tf.getKernel(kernelName, backendName)
  expect(kernelFunc({ inputs: {}, backend: {} })).toEqual({ ...half, shape: [1] })
  expect(kept).toBe(setupFunc)
  tf.unregisterKernel(kernelName, backendName)
})

it('does nothing where there is none', () => {
  replaceKernel(kernelName, backendName, stock => stock)
  expect(tf.getKernel(kernelName, backendName)).toBeUndefined()
})
