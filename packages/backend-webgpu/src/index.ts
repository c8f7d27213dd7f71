// First of all: whoever imports anything from here computes with our kernels on WebGPU.
import { gpuKernels } from './register.ts'

/** The names of the ops that have a WGSL kernel here. */
export const webgpuKernels: readonly string[] = gpuKernels.map(({ op }) => op)
