import '@chiaro/ops'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { meetings, outputShape, type Volume, type Windows } from '@chiaro/test-kit/oracles/windows'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'

interface Setting {
  readonly volume: Volume
  readonly windows: Windows
  /** Outputs of each channel for the depthwise convolution, in all for the other. */
  readonly outputs: number
}

const picture = (batch: number, height: number, width: number, channels: number): Volume => ({
  batch,
  depth: 1,
  height,
  width,
  channels,
})
const depthwise: readonly Setting[] = [
  { volume: picture(2, 5, 6, 3), windows: { window: [1, 3, 2], stride: 1, pad: 'same' }, outputs: 2 },
  { volume: picture(1, 7, 5, 9), windows: { window: [1, 3, 3], stride: 2, pad: 'valid' }, outputs: 1 },
  { volume: picture(2, 4, 4, 8), windows: { window: [1, 2, 2], stride: 2, pad: 'same' }, outputs: 5 },
]
const volumes: readonly Setting[] = [
  {
    volume: { batch: 2, depth: 3, height: 4, width: 5, channels: 2 },
    windows: { window: [2, 3, 2], stride: 1, pad: 'same' },
    outputs: 5,
  },
  {
    volume: { batch: 1, depth: 5, height: 5, width: 4, channels: 3 },
    windows: { window: [2, 2, 3], stride: 2, pad: 'valid' },
    outputs: 1,
  },
]
const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b)
const close = { absolute: 1e-5, relative: 1e-5 }

describeBackends('gradients of convolutions', () => {
  it.each(depthwise)('depthwiseConv2d, $volume, $windows, multiplier $outputs', setting => {
    const { volume, windows, outputs: m } = setting
    const { batch, height, width, channels } = volume
    const outShape = [batch, ...outputShape(volume, windows).slice(1), channels * m]
    const filterShape = [...windows.window.slice(1), channels, m]
    const [x, filter, dy] = [[batch, height, width, channels], filterShape, outShape].map((shape, i) =>
      normalValues(i, size(shape)),
    )
    const [dx, dFilter] = [new Float64Array(x.length), new Float64Array(filter.length)]
    for (const { input, tap, output } of meetings(volume, windows)) {
      for (let c = 0; c < channels; c++) {
        for (let k = 0; k < m; k++) {
          const g = dy[output * channels * m + c * m + k]
          dx[input * channels + c] += g * filter[(tap * channels + c) * m + k]
          dFilter[(tap * channels + c) * m + k] += g * x[input * channels + c]
        }
      }
    }
    const gradients = tf.grads((a, b) =>
      tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, windows.stride, windows.pad),
    )
    const tensors = [tf.tensor(x, [batch, height, width, channels]), tf.tensor(filter, filterShape)]
    const [actualX, actualFilter] = gradients(tensors, tf.tensor(dy, outShape))
    expectClose(actualX, dx, close)
    expectClose(actualFilter, dFilter, close)
  })

  it.each(volumes)('conv3d, $volume, $windows, outputs $outputs', ({ volume, windows, outputs: m }) => {
    const { batch, depth, height, width, channels } = volume
    const shape = [batch, depth, height, width, channels]
    const outShape = [batch, ...outputShape(volume, windows), m]
    const filterShape = [...windows.window, channels, m]
    const [x, filter, dy] = [shape, filterShape, outShape].map((s, i) => normalValues(i, size(s)))
    const [dx, dFilter] = [new Float64Array(x.length), new Float64Array(filter.length)]
    for (const { input, tap, output } of meetings(volume, windows)) {
      for (let c = 0; c < channels; c++) {
        for (let k = 0; k < m; k++) {
          dx[input * channels + c] += dy[output * m + k] * filter[(tap * channels + c) * m + k]
          dFilter[(tap * channels + c) * m + k] += dy[output * m + k] * x[input * channels + c]
        }
      }
    }
    const gradients = tf.grads((a, b) =>
      tf.conv3d(a as tf.Tensor5D, b as tf.Tensor5D, windows.stride, windows.pad),
    )
    const [actualX, actualFilter] = gradients(
      [tf.tensor(x, shape), tf.tensor(filter, filterShape)],
      tf.tensor(dy, outShape),
    )
    expectClose(actualX, dx, close)
    expectClose(actualFilter, dFilter, close)
  })
})
