import { Gelu, GeluGrad, Silu, SiluGrad, StableSoftplus, StableSoftplusGrad } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** The numbers our kernels know activations by, as in assembly/activations.ts. */
export const activationNumbers = { silu: 3, gelu: 4, softplus: 5 } as const

/** An exponential and a division are worth so many multiplications. */
export const workOfActivation = 24

function forward(kernelName: string, activation: number): WasmKernel {
  return {
    kernelName,
    run: call => {
      const { x } = call.inputs
      const y = newTensor(call.backend, x.shape)
      const rows = tf.util.sizeFromShape(x.shape)
      const problem = { kind: activation, x, y: y.info }
      overRows(call, 'activate', { rows, work: workOfActivation * rows }, problem)
      return [y.info]
    },
  }
}

function backward(kernelName: string, activation: number): WasmKernel {
  return {
    kernelName,
    run: call => {
      const { x, dy } = call.inputs
      const dx = newTensor(call.backend, x.shape)
      const rows = tf.util.sizeFromShape(x.shape)
      const problem = { kind: activation, x, dy, dx: dx.info }
      overRows(call, 'activateGradient', { rows, work: workOfActivation * rows }, problem)
      return [dx.info]
    },
  }
}

/** Activations in one pass, their gradients in another. */
export const activations: readonly WasmKernel[] = [
  forward(Silu, activationNumbers.silu),
  backward(SiluGrad, activationNumbers.silu),
  forward(Gelu, activationNumbers.gelu),
  backward(GeluGrad, activationNumbers.gelu),
  forward(StableSoftplus, activationNumbers.softplus),
  backward(StableSoftplusGrad, activationNumbers.softplus),
]
