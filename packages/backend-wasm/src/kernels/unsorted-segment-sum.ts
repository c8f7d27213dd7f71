import * as tf from '@tensorflow/tfjs-core'
import { addressOf } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { newZeros } from './new-zeros.ts'

/**
 * out[s] = Σ x[i] over the rows i with segmentIds[i] = s, x [rows, …], out [numSegments, …]. Rows with an id
 * outside 0 … numSegments − 1 belong nowhere. This is the gradient of every embedding table.
 */
export const unsortedSegmentSum: WasmKernel = {
  kernelName: tf.UnsortedSegmentSum,
  run: ({ inputs: { x, segmentIds }, attrs, backend, kernels }) => {
    const segments = attrs.numSegments as number
    const [rows, ...row] = x.shape
    const width = tf.util.sizeFromShape(row)
    const dtype = x.dtype === 'float32' ? 'float32' : 'int32'
    const { info, address } = newZeros(backend, [segments, ...row], dtype)
    if (dtype === 'float32') {
      kernels.segmentSum(
        addressOf(backend, x),
        addressOf(backend, segmentIds),
        address,
        rows,
        width,
        segments,
      )
      return info
    }
    const values = backend.typedArrayFromHeap(x)
    const ids = backend.typedArrayFromHeap(segmentIds)
    const sums = backend.typedArrayFromHeap(info)
    for (let i = 0; i < rows; i++) {
      if (ids[i] < 0 || ids[i] >= segments) continue
      for (let j = 0; j < width; j++) sums[ids[i] * width + j] += values[i * width + j]
    }
    return info
  },
}
