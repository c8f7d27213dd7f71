// The gradients, and tfjs's kernels; ours then replace these, whoever imports what afterwards.
import '@chiaro/ops'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { guardHeap } from './heap-guard.ts'
import { branded, guardKernels } from './kernel-guard.ts'
import { kernelsOf, type WasmKernel } from './kernel-module.ts'
import { activations } from './kernels/activations.ts'
import { adamw } from './kernels/adamw.ts'
import { affineWarp } from './kernels/affine-warp.ts'
import { binaryNce, binaryNceGrad } from './kernels/binary-nce.ts'
import { cast } from './kernels/cast.ts'
import { changeColors } from './kernels/change-colors.ts'
import { channelMoments, channelNorm, channelNormGradient } from './kernels/channel-norm.ts'
import { clipByValue, relu6 } from './kernels/clip-by-value.ts'
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './kernels/conv2d.ts'
import {
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
} from './kernels/convolution-gradients.ts'
import { dilation2d, dilation2dBackpropFilter, dilation2dBackpropInput } from './kernels/dilation2d.ts'
import { einsum } from './kernels/einsum.ts'
import { embeddingBag, embeddingBagGradient } from './kernels/embedding-bag.ts'
import { reductions } from './kernels/empty-reductions.ts'
import { fusedDense, fusedDenseGrad } from './kernels/fused-dense.ts'
import { gather } from './kernels/gather.ts'
import { identity } from './kernels/identity.ts'
import { lars } from './kernels/lars.ts'
import { layerNorm, layerNormGrad } from './kernels/layer-norm.ts'
import { batchMatMul, fusedMatMul } from './kernels/mat-mul.ts'
import { maxPool3d, maxPool3dGradient, maxPoolGradient, maxPoolWithArgmax } from './kernels/max-pool.ts'
import { pairwiseLogSumExp, pairwiseLogSumExpGrad } from './kernels/pairwise-log-sum-exp.ts'
import { philoxNormal, philoxUniform } from './kernels/philox.ts'
import { prelu } from './kernels/prelu.ts'
import { rowNormalize, rowNormalizeGrad } from './kernels/row-normalize.ts'
import { select } from './kernels/select.ts'
import { separableMaps } from './kernels/separable.ts'
import { rowLogSumExp, rowLogSumExpGrad, softmaxGrad } from './kernels/softmax.ts'
import { squaredNorm } from './kernels/squared-norm.ts'
import { mean, sum } from './kernels/sums.ts'
import { transpose } from './kernels/transpose.ts'
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.ts'
import { findFilesAtStart } from './start-backend.ts'
import { asTfjsWasm } from './tfjs-wasm.ts'

/** Every kernel this package adds to the wasm backend or replaces on it. */
export const wasmKernels: readonly WasmKernel[] = [
  ...activations,
  adamw,
  affineWarp,
  batchMatMul,
  binaryNce,
  binaryNceGrad,
  changeColors,
  channelMoments,
  channelNorm,
  channelNormGradient,
  cast,
  clipByValue,
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
  embeddingBag,
  embeddingBagGradient,
  fusedConv2d,
  fusedDense,
  fusedDenseGrad,
  fusedMatMul,
  lars,
  layerNorm,
  layerNormGrad,
  maxPool3d,
  maxPool3dGradient,
  maxPoolGradient,
  maxPoolWithArgmax,
  pairwiseLogSumExp,
  pairwiseLogSumExpGrad,
  philoxNormal,
  philoxUniform,
  prelu,
  relu6,
  ...reductions,
  rowLogSumExp,
  rowLogSumExpGrad,
  rowNormalize,
  rowNormalizeGrad,
  select,
  separableMaps,
  softmaxGrad,
  squaredNorm,
  gather,
  identity,
  transpose,
  mean,
  sum,
  unsortedSegmentSum,
]

/** Registers a kernel, silently also where tfjs has one. */
function register({ kernelName, run, setup }: WasmKernel): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel(
    branded<tf.KernelConfig>({
      kernelName,
      backendName: 'wasm',
      // tfjs's type of the argument says less than it is.
      setupFunc: backend => {
        guardHeap(asTfjsWasm(backend))
        setup?.(backend as tf.KernelBackend)
      },
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
findFilesAtStart()

// tfjs calls a kernel's setup when the backend starts; one that runs already is met here.
// Not by findBackend, which would start it.
const running: unknown = tf.engine().registry.wasm
if (running !== undefined) guardHeap(asTfjsWasm(running))
