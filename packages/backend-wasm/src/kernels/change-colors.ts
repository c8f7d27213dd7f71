import { ChangeColors } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { overRows } from '../threads/over-rows.ts'

/** Some branches and a division a pixel. */
const workOfChange = 4

/** Colours of pictures changed, by the contract of @chiaro/ops. */
export const changeColors: WasmKernel = {
  kernelName: ChangeColors,
  run: call => {
    const { pictures, changes, factors } = call.inputs
    const y = newTensor(call.backend, pictures.shape)
    const [rows, ...picture] = pictures.shape
    const [size, channels] = [tf.util.sizeFromShape(picture), picture[picture.length - 1]]
    const steps = changes.shape[1]
    const work = rows * size * steps * workOfChange
    const problem = { x: pictures, y: y.info, changes, factors, size, channels, steps }
    overRows(call, 'changeColors', { rows, work }, problem)
    return [y.info]
  },
}
