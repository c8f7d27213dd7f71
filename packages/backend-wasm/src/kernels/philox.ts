import {
  PhiloxNormal,
  type PhiloxNormalAttributes,
  PhiloxUniform,
  type PhiloxUniformAttributes,
} from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** Ten rounds of four products for four words. */
const workOfWord = 10

function drawn(
  call: WasmKernelCall,
  kernel: 'philoxUniform' | 'philoxNormal',
  shape: readonly number[],
  [keyLow, keyHigh]: readonly [number, number],
  parameters: readonly [number, number],
): tf.TensorInfo[] {
  const { info, address } = newTensor(call.backend, shape)
  const rows = tf.util.sizeFromShape([...shape])
  overRows(call, kernel, { rows, work: workOfWord * rows, scratch: 128 }, (first, end, scratch) => [
    ...[address, first, end, keyLow, keyHigh, ...parameters, scratch],
  ])
  return [info]
}

/** Uniform numbers of a key's stream, by the contract of @chiaro/ops. */
export const philoxUniform: WasmKernel = {
  kernelName: PhiloxUniform,
  run: call => {
    const { shape, words, minimum, width } = call.attrs as unknown as PhiloxUniformAttributes
    return drawn(call, 'philoxUniform', shape, words, [minimum, width])
  },
}

/** Normal numbers of a key's stream. */
export const philoxNormal: WasmKernel = {
  kernelName: PhiloxNormal,
  run: call => {
    const { shape, words, mean, standardDeviation } = call.attrs as unknown as PhiloxNormalAttributes
    return drawn(call, 'philoxNormal', shape, words, [mean, standardDeviation])
  },
}
