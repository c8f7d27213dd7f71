// The gradients, and tfjs's kernels; ours then replace these, whoever imports what afterwards.
import '@chiaro/ops'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { guardHeap } from './heap-guard.ts'
import { branded, guardKernels } from './kernel-guard.ts'
import { kernelsOf, type WasmKernel } from './kernel-module.ts'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './kernels/conv2d.ts'
import { conv3dBackpropFilter, conv3dBackpropInput } from './kernels/conv3d-gradients.ts'
import { depthwiseConv2dBackpropFilter, depthwiseConv2dBackpropInput } from './kernels/depthwise-gradients.ts'
import { dilation2d, dilation2dBackpropFilter, dilation2dBackpropInput } from './kernels/dilation2d.ts'
import { einsum } from './kernels/einsum.ts'
import { batchMatMul, fusedMatMul } from './kernels/mat-mul.ts'
import { maxPool3d, maxPool3dGradient, maxPoolGradient, maxPoolWithArgmax } from './kernels/max-pool.ts'
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.ts'
import { asTfjsWasm } from './tfjs-wasm.ts'

/** Every kernel this package adds to the wasm backend or replaces on it. */
export const wasmKernels: readonly WasmKernel[] = [
  batchMatMul,
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  dilation2d,
  dilation2dBackpropFilter,
  dilation2dBackpropInput,
  einsum,
  fusedConv2d,
  fusedMatMul,
  maxPool3d,
  maxPool3dGradient,
  maxPoolGradient,
  maxPoolWithArgmax,
  unsortedSegmentSum,
]

/** Registers a kernel, silently also where tfjs has one. */
function register({ kernelName, run }: WasmKernel): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel(
    branded<tf.KernelConfig>({
      kernelName,
      backendName: 'wasm',
      setupFunc: backend => guardHeap(asTfjsWasm(backend)),
      kernelFunc: ({ inputs, attrs, backend }) => {
        const tfjs = asTfjsWasm(backend)
        return run({
          inputs: inputs as Record<string, tf.TensorInfo>,
          attrs: attrs ?? {},
          backend: tfjs,
          kernels: kernelsOf(tfjs),
        })
      },
    }),
  )
}

for (const kernel of wasmKernels) register(kernel)
guardKernels()

// tfjs calls a kernel's setup when the backend starts; one that runs already is met here.
const running: unknown = tf.findBackend('wasm')
if (running !== null) guardHeap(asTfjsWasm(running))
