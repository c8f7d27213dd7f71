// The gradients, and tfjs's kernels; ours then join these or take their place, whoever imports what afterwards.
import { registerFastKernel, repairEmptyReductions } from '@chiaro/ops'
import '@tensorflow/tfjs-backend-webgpu'
import type * as tf from '@tensorflow/tfjs-core'
import type { GpuBackend } from './gpu-program.ts'
import { adamw } from './kernels/adamw.ts'
import { pairwiseLogSumExp, pairwiseLogSumExpGrad } from './kernels/pairwise-log-sum-exp.ts'
import { philoxUniform } from './kernels/philox.ts'
import { softplus, softplusGrad } from './kernels/softplus.ts'
import { repairCumulations } from './repairs/cumulations.ts'
import { repairKeptDimensions } from './repairs/kept-dimensions.ts'

/** An op of @chiaro/ops in WGSL. */
export interface GpuKernel {
  readonly op: string
  readonly kernel: (
    backend: GpuBackend,
    inputs: Readonly<Record<string, tf.TensorInfo>>,
    attributes: tf.NamedAttrMap,
  ) => tf.TensorInfo[]
}

export const gpuKernels: readonly GpuKernel[] = [
  adamw,
  pairwiseLogSumExp,
  pairwiseLogSumExpGrad,
  philoxUniform,
  softplus,
  softplusGrad,
]

for (const { op, kernel } of gpuKernels) {
  registerFastKernel({
    op,
    backendName: 'webgpu',
    kernel: ({ inputs, attrs = {}, backend }) =>
      kernel(backend as GpuBackend, inputs as Readonly<Record<string, tf.TensorInfo>>, attrs),
  })
}

repairEmptyReductions('webgpu')
repairCumulations()
repairKeptDimensions()
