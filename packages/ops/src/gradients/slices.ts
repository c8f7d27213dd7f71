import * as tf from '@tensorflow/tfjs-core'
import { beginAt } from './broadcasting.ts'
import { gradientOfX } from './define-gradient.ts'
import { stuffZeros } from './zero-stuffing.ts'

interface StridedSliceAttributes {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

/** Puts the gradient of `x[begin:end:strides]` back in its places, zeros between. */
function unslice(dy: tf.Tensor, shape: readonly number[], attrs: StridedSliceAttributes): tf.Tensor {
  const { begin, strides, taken } = sliceOf(shape, attrs)
  if (dy.size === 0) return tf.zeros([...shape])
  let result = tf.reshape(dy, taken)
  const paddings: [number, number][] = shape.map((size, axis) => {
    const steps = taken[axis] - 1
    const low = Math.min(begin[axis], begin[axis] + steps * strides[axis])
    const high = Math.max(begin[axis], begin[axis] + steps * strides[axis])
    result = stuffZeros(result, axis, Math.abs(strides[axis]))
    if (strides[axis] < 0) result = tf.reverse(result, axis)
    return [low, size - 1 - high]
  })
  return tf.pad(result, paddings)
}

/** The masks resolved: for every axis of x its begin, its stride and how many elements are taken. */
function sliceOf(shape: readonly number[], attrs: StridedSliceAttributes) {
  const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs
  const info = tf.slice_util.sliceInfo(
    [...shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask,
  )
  // What sliceInfo reports has the new axes in it and the shrunk ones out; here each axis of x is wanted.
  const taken = shape.map((_, axis) =>
    Math.max(0, Math.ceil((info.end[axis] - info.begin[axis]) / info.strides[axis])),
  )
  return { begin: info.begin, strides: info.strides, taken }
}

/**
 * Folds the gradient of a mirrored border back onto the elements it was copied from, axis by axis, the last
 * first. 'reflect' skips the border element itself, 'symmetric' repeats it.
 */
function foldMirror(
  dy: tf.Tensor,
  shape: readonly number[],
  paddings: readonly (readonly [number, number])[],
  mode: 'reflect' | 'symmetric',
): tf.Tensor {
  const skip = mode === 'reflect' ? 1 : 0
  let result = tf.clone(dy)
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [before, after] = paddings[axis]
    const size = shape[axis]
    const part = (begin: number, length: number) =>
      tf.slice(result, beginAt(result.rank, axis, begin), result.shape.with(axis, length))
    const placed = (border: tf.Tensor, at: number) =>
      tf.pad(
        tf.reverse(border, axis),
        border.shape.map((n, i): [number, number] => (i === axis ? [at, size - at - n] : [0, 0])),
      )
    let folded = part(before, size)
    if (before > 0) folded = tf.add(folded, placed(part(0, before), skip))
    if (after > 0) folded = tf.add(folded, placed(part(before + size, after), size - skip - after))
    result = folded
  }
  return result
}

/** Ops that take a part or add a border. */
export const slices: readonly tf.GradConfig[] = [
  gradientOfX<{ begin: number[]; size: number[] }>(tf.Slice, (dy, x, { begin, size }) => {
    const [from, length] = tf.slice_util.parseSliceParams(x, begin, size)
    return tf.pad(
      dy,
      x.shape.map((n, axis): [number, number] => [from[axis], n - from[axis] - length[axis]]),
    )
  }),
  gradientOfX<StridedSliceAttributes>(tf.StridedSlice, (dy, x, attrs) => unslice(dy, x.shape, attrs)),
  gradientOfX<{ paddings: [number, number][] }>(tf.PadV2, (dy, x, { paddings }) =>
    tf.slice(
      dy,
      paddings.map(([before]) => before),
      x.shape,
    ),
  ),
  // Stock tfjs drops the border's gradient.
  gradientOfX<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>(
    tf.MirrorPad,
    (dy, x, { paddings, mode }) => foldMirror(dy, x.shape, paddings, mode),
  ),
]
