// tfjs's own kernels must be there before ours are made.
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { WasmKernel } from './kernel-module.ts'

/**
 * tfjs's own kernel, in our form: for one of ours that only corrects some of its results. To be called while
 * ours are being made, before they take its place.
 */
export function stockKernel(kernelName: string): WasmKernel {
  const { kernelFunc, setupFunc } = tf.getKernel(kernelName, 'wasm')
  return {
    kernelName,
    setup: setupFunc === undefined ? undefined : backend => setupFunc(backend),
    run: ({ inputs, attrs, backend }) => kernelFunc({ inputs, attrs, backend }),
  }
}
