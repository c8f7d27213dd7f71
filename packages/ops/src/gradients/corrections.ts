import * as tf from '@tensorflow/tfjs-core'

/** How one of our gradients differs from the one tfjs registers. */
export interface Correction {
  /** `corrected`: stock tfjs's is wrong or throws. `added`: stock tfjs has none. */
  readonly kind: 'corrected' | 'added'
  /** What is wrong without it. */
  readonly reason: string
}

const corrected = (reason: string): Correction => ({ kind: 'corrected', reason })
const added = (reason: string): Correction => ({ kind: 'added', reason })
const secondDerivative = 'the second derivative throws or silently lacks a term'
const comparison = added('a comparison of watched tensors, as in where(greater(a, b), a, b), throws')

/** Kernels whose stock gradient in tfjs-core 4.22 is wrong, throws or is missing. The rest agree with ours. */
export const corrections: Readonly<Record<string, Correction>> = {
  [tf.BatchMatMul]: corrected('broadcast batch axes throw'),
  [tf.AvgPool]: corrected('padded windows are divided by the whole window'),
  [tf.AvgPool3D]: corrected('padded windows are divided by the whole window'),
  [tf.Conv2D]: corrected('dilations throw'),
  [tf.DepthwiseConv2dNative]: corrected('dilations throw'),
  [tf.Conv3D]: corrected('dilations throw'),
  [tf.MirrorPad]: corrected('the gradient of the mirrored border is dropped'),
  [tf.FloorDiv]: corrected('a piecewise constant gets the gradient of a division'),
  [tf.Cast]: corrected('gradients pass through integers and booleans'),
  [tf.Cumsum]: corrected('an axis that is not the last throws or comes out transposed'),
  [tf.Prod]: corrected('throws without the chained tensor methods'),
  [tf.GatherV2]: corrected('batchDims above 1 is ignored, 1 throws without the chained tensor methods'),
  [tf.SquaredDifference]: corrected('broadcasting throws'),
  [tf.Maximum]: corrected('broadcasting throws'),
  [tf.Minimum]: corrected('broadcasting throws'),
  [tf.Tile]: corrected('ranks above 4 throw'),
  [tf.SplitV]: corrected('a split into one part throws'),
  [tf.Unpack]: corrected('an unstack into one part throws'),
  [tf.ResizeBilinear]: corrected(
    'half-pixel centres are ignored; cpu transposes pictures that are not square',
  ),
  [tf.ResizeNearestNeighbor]: corrected('half-pixel centres are ignored; cpu gives NaN when it shrinks'),
  [tf.Elu]: corrected(secondDerivative),
  [tf.Exp]: corrected(secondDerivative),
  [tf.Pow]: corrected(secondDerivative),
  [tf.Sigmoid]: corrected(secondDerivative),
  [tf.Softmax]: corrected(secondDerivative),
  [tf.Tanh]: corrected(secondDerivative),
  [tf.Einsum]: added('einsum has no gradient'),
  [tf.StridedSlice]: added('stridedSlice has no gradient'),
  [tf.GatherNd]: added('gatherND has no gradient'),
  [tf.ScatterNd]: added('scatterND has no gradient'),
  [tf.Cumprod]: added('cumprod has no gradient'),
  [tf.TopK]: added('topk has no gradient'),
  [tf.DepthToSpace]: added('depthToSpace has no gradient'),
  [tf.Diag]: added('diag has no gradient'),
  [tf.FlipLeftRight]: added('flipLeftRight has no gradient'),
  [tf.Conv2DBackpropFilter]: added('conv2d has no second derivative'),
  [tf.DepthwiseConv2dNativeBackpropInput]: added('depthwiseConv2d has no second derivative'),
  [tf.DepthwiseConv2dNativeBackpropFilter]: added('depthwiseConv2d has no second derivative'),
  [tf.Conv3DBackpropInputV2]: added('conv3dTranspose has no gradient'),
  [tf.Conv3DBackpropFilterV2]: added('conv3d has no second derivative'),
  [tf.Equal]: comparison,
  [tf.NotEqual]: comparison,
  [tf.Less]: comparison,
  [tf.LessEqual]: comparison,
  [tf.Greater]: comparison,
  [tf.LogicalAnd]: comparison,
  [tf.LogicalOr]: comparison,
  [tf.LogicalNot]: comparison,
  [tf.All]: comparison,
  [tf.Any]: comparison,
}
