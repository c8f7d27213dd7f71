import * as tf from '@tensorflow/tfjs-core'
import { isChiaroKernel } from './kernel-guard.ts'
import { wasmKernels } from './register.ts'

/** One kernel this package adds to the wasm backend or replaces on it, and whose is registered now. */
export interface KernelStatus {
  readonly kernel: string
  /** `chiaro`: ours. `other`: someone else's, stock tfjs's for instance. `none`: running it throws. */
  readonly registered: 'chiaro' | 'other' | 'none'
}

/** For each of our kernels: whether it is the one tfjs will run. */
export function kernelReport(): KernelStatus[] {
  return wasmKernels.map(({ kernelName }) => {
    const config = tf.getKernel(kernelName, 'wasm')
    const registered = config === undefined ? 'none' : isChiaroKernel(config) ? 'chiaro' : 'other'
    return { kernel: kernelName, registered }
  })
}
