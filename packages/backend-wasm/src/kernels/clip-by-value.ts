import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'

function clip({ inputs: { x }, backend, kernels }: WasmKernelCall, low: number, high: number): tf.TensorInfo {
  const isFloat = x.dtype === 'float32'
  const { info, address } = newTensor(backend, x.shape, isFloat ? 'float32' : 'int32')
  if (isFloat) {
    kernels.clipFloats(addressOf(backend, x), address, tf.util.sizeFromShape(x.shape), low, high)
    return info
  }
  const from = backend.typedArrayFromHeap(x)
  const to = backend.typedArrayFromHeap(info)
  for (let i = 0; i < from.length; i++) to[i] = Math.min(Math.max(from[i], low), high)
  return info
}

/** min(max(x, low), high); tfjs takes the bits of an integer for those of a float. */
export const clipByValue: WasmKernel = {
  kernelName: tf.ClipByValue,
  run: call => clip(call, call.attrs.clipValueMin as number, call.attrs.clipValueMax as number),
}

/** min(max(x, 0), 6); tfjs's turns NaN into 0, which hides a loss that went wrong. */
export const relu6: WasmKernel = {
  kernelName: tf.Relu6,
  run: call => clip(call, 0, 6),
}
