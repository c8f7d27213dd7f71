import { ChangeColors } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
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
    const [each, channels] = [tf.util.sizeFromShape(picture), picture[picture.length - 1]]
    const steps = changes.shape[1]
    const from = [pictures, changes, factors].map(input => addressOf(call.backend, input))
    const work = rows * each * steps * workOfChange
    overRows(call, 'changeColors', { rows, work, scratch: 0 }, (first, end) => [
      ...[from[0], y.address, from[1], from[2], first, end, each, channels, steps],
    ])
    return [y.info]
  },
}
