import * as tf from '@tensorflow/tfjs-core'
import { defineGradient, gradientOfX } from './define-gradient.ts'

interface ResizeAttributes extends tf.NamedAttrMap {
  alignCorners: boolean
  halfPixelCenters: boolean
  size: [number, number]
}

/**
 * One axis of a resize as a matrix `[to, from]`: row i holds the weights of the inputs that output i mixes.
 * Positions are i·scale, (i + ½)·scale − ½ with half-pixel centres, or corner to corner.
 */
function resizeMatrix(from: number, to: number, attrs: ResizeAttributes, bilinear: boolean): tf.Tensor2D {
  const { alignCorners, halfPixelCenters } = attrs
  const scale = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to
  const weights = new Float32Array(to * from)
  for (let i = 0; i < to; i++) {
    const position = halfPixelCenters ? (i + 0.5) * scale - (bilinear ? 0.5 : 0) : i * scale
    if (!bilinear) {
      const nearest = alignCorners ? Math.round(position) : Math.floor(position)
      weights[i * from + Math.min(from - 1, Math.max(0, nearest))] = 1
      continue
    }
    const low = Math.max(0, Math.floor(position))
    const high = Math.min(from - 1, Math.ceil(position))
    const fraction = Math.max(0, position) - low
    weights[i * from + low] += 1 - fraction
    weights[i * from + high] += fraction
  }
  return tf.tensor2d(weights, [to, from])
}

/** Resizing is Rows·x·Columnsᵀ for each picture and channel; its gradient Rowsᵀ·dy·Columns. */
function unresize(
  dy: tf.Tensor,
  shape: readonly number[],
  attrs: ResizeAttributes,
  bilinear: boolean,
): tf.Tensor {
  const [batch, height, width, channels] = shape
  const [toHeight, toWidth] = attrs.size
  const rows = tf.expandDims(resizeMatrix(height, toHeight, attrs, bilinear), 0)
  const columns = tf.expandDims(resizeMatrix(width, toWidth, attrs, bilinear), 0)
  const byRow = tf.matMul(rows, tf.reshape(dy, [batch, toHeight, toWidth * channels]), true)
  const across = tf.matMul(columns, tf.reshape(byRow, [batch * height, toWidth, channels]), true)
  return tf.reshape(across, [...shape])
}

/**
 * Made of two matrix products, on every backend. The stock backward kernels ignore half-pixel centres, and
 * the cpu backend's are wrong besides: bilinear transposes pictures that aren't square, nearest gives NaN.
 */
function resize(kernelName: string, bilinear: boolean): tf.GradConfig {
  return defineGradient<ResizeAttributes>(kernelName, { inputs: ['images'] }, (dy, [images], attrs) => ({
    images: () => unresize(dy, images.shape, attrs, bilinear),
  }))
}

/** Resizing, and moving between space and batch or depth. */
export const images: readonly tf.GradConfig[] = [
  resize(tf.ResizeBilinear, true),
  resize(tf.ResizeNearestNeighbor, false),
  defineGradient<{ blockShape: number[]; crops: number[][] }>(
    tf.BatchToSpaceND,
    {},
    (dy, _, { blockShape, crops }) => ({ x: () => tf.spaceToBatchND(dy, blockShape, crops) }),
  ),
  defineGradient<{ blockShape: number[]; paddings: number[][] }>(
    tf.SpaceToBatchND,
    {},
    (dy, _, { blockShape, paddings }) => ({ x: () => tf.batchToSpaceND(dy, blockShape, paddings) }),
  ),
  gradientOfX<{ blockSize: number; dataFormat: 'NHWC' | 'NCHW' }>(
    tf.DepthToSpace,
    (dy, x, { blockSize: block, dataFormat }) => {
      if (dataFormat === 'NCHW') {
        const [batch, , height, width] = x.shape
        const split = tf.reshape(dy, [batch, -1, height, block, width, block])
        return tf.reshape(tf.transpose(split, [0, 3, 5, 1, 2, 4]), x.shape)
      }
      const [batch, height, width] = x.shape
      const split = tf.reshape(dy, [batch, height, block, width, block, -1])
      return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), x.shape)
    },
  ),
]
