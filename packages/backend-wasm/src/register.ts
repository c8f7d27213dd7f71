// tfjs's kernels come first: ours then replace them, whoever imports what afterwards.
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { kernelsOf, type WasmKernel } from './kernel-module.ts'
import { asTfjsWasm } from './tfjs-wasm.ts'

/** Every kernel this package adds to the wasm backend or replaces on it. */
export const wasmKernels: readonly WasmKernel[] = []

/** Registers a kernel, silently also where tfjs has one. */
function register({ kernelName, run }: WasmKernel): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const tfjs = asTfjsWasm(backend)
      return run({ inputs, attrs: attrs ?? {}, backend: tfjs, kernels: kernelsOf(tfjs) })
    },
  })
}

for (const kernel of wasmKernels) register(kernel)
