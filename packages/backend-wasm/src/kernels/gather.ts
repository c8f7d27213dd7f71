import { rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { addressOf, newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { stockKernel } from '../stock-kernel.ts'

const stock = stockKernel(tf.GatherV2)

/** tf.gather: rows of a table by int32 index, along any axis. */
export const gather: WasmKernel = {
  ...stock,
  run: call => {
    const { inputs, attrs, backend, kernels } = call
    const { x, indices } = inputs
    if (x.dtype === 'string' || x.dtype === 'complex64' || indices.dtype !== 'int32') return stock.run(call)
    const axis = tf.util.parseAxisParam(attrs.axis as number, [...x.shape])[0]
    const batchDims = attrs.batchDims as number
    const g = tf.backend_util.segment_util.collectGatherOpShapeInfo(
      { shape: x.shape } as tf.Tensor,
      { shape: indices.shape } as tf.Tensor,
      axis,
      batchDims,
    )
    const { info, address } = newTensor(backend, g.outputShape, x.dtype as 'float32')
    const [from, ids] = [addressOf(backend, x), addressOf(backend, indices)]
    const bytes = g.sliceSize * tf.util.bytesPerElement(x.dtype)
    const count = tf.util.sizeFromShape(indices.shape) / g.batchSize
    const wrong = kernels.gather(from, ids, address, g.batchSize, g.outerSize, g.dimSize, bytes, count)
    if (wrong >= 0) {
      backend.disposeData(info.dataId)
      const index = backend.typedArrayFromHeap(indices)[wrong]
      throw rangeError('gather', 'indices', `in 0 … ${g.dimSize - 1}`, `${index} at position ${wrong}`)
    }
    return info
  },
}
