import { rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { newTensor } from '../heap.ts'
import type { WasmKernel } from '../kernel-module.ts'
import { solve } from '../problem.ts'
import { stockKernel } from '../stock-kernel.ts'

const stock = stockKernel(tf.GatherV2)

/** tf.gather: rows of a table by int32 index, along any axis. */
export const gather: WasmKernel = {
  ...stock,
  run: call => {
    const { inputs, attrs, backend } = call
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
    const { info: out } = newTensor(backend, g.outputShape, x.dtype as 'float32')
    const wrong = solve(call, 'gather', {
      x,
      ids: indices,
      out,
      batch: g.batchSize,
      outer: g.outerSize,
      size: g.dimSize,
      bytes: g.sliceSize * tf.util.bytesPerElement(x.dtype),
      count: tf.util.sizeFromShape(indices.shape) / g.batchSize,
    })
    if (wrong >= 0) {
      backend.disposeData(out.dataId)
      const index = backend.typedArrayFromHeap(indices)[wrong]
      throw rangeError('gather', 'indices', `in 0 … ${g.dimSize - 1}`, `${index} at position ${wrong}`)
    }
    return out
  },
}
