import {
  PhiloxNormal,
  type PhiloxNormalAttributes,
  PhiloxUniform,
  type PhiloxUniformAttributes,
} from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { Draws, KernelProblems } from '../generated/kernel-exports.ts'
import { newTensor } from '../heap.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** Ten rounds of four products for four words. */
const workOfWord = 10

function drawn<K extends 'philoxUniform' | 'philoxNormal'>(
  call: WasmKernelCall,
  kernel: K,
  { shape, words }: { readonly shape: readonly number[]; readonly words: readonly [number, number] },
  distribution: Omit<KernelProblems[K], keyof Draws>,
): tf.TensorInfo[] {
  const { info } = newTensor(call.backend, shape)
  const rows = tf.util.sizeFromShape([...shape])
  const problem = { out: info, keyLow: words[0], keyHigh: words[1], ...distribution } as KernelProblems[K]
  overRows(call, kernel, { rows, work: workOfWord * rows, scratch: 128 }, problem)
  return [info]
}

/** Uniform numbers of a key's stream, by the contract of @chiaro/ops. */
export const philoxUniform: WasmKernel = {
  kernelName: PhiloxUniform,
  run: call => {
    const attributes = call.attrs as unknown as PhiloxUniformAttributes
    const { minimum, width } = attributes
    return drawn(call, 'philoxUniform', attributes, { minimum, width })
  },
}

/** Normal numbers of a key's stream. */
export const philoxNormal: WasmKernel = {
  kernelName: PhiloxNormal,
  run: call => {
    const attributes = call.attrs as unknown as PhiloxNormalAttributes
    const { mean, standardDeviation: deviation } = attributes
    return drawn(call, 'philoxNormal', attributes, { mean, deviation })
  },
}
