import '@chiaro/ops'
import { describeBackends, expectClose, normalValues } from '@chiaro/test-kit'
import { meetings, outputShape, type Windows } from '@chiaro/test-kit/oracles/windows'
import * as tf from '@tensorflow/tfjs-core'
import { it } from 'vitest'

const settings: readonly Windows[] = [
  { window: [1, 3, 3], stride: 1, pad: 'same' },
  { window: [1, 2, 3], stride: 2, pad: 'same' },
  { window: [1, 2, 2], stride: 1, pad: 'valid' },
]

describeBackends('dilation2d', () => {
  it.each(settings)(
    'and its gradients where every sum is negative: $window, stride $stride, $pad',
    windows => {
      const volume = { batch: 2, depth: 1, height: 5, width: 4, channels: 3 }
      const { batch, height, width, channels } = volume
      const x = normalValues(1, batch * height * width * channels).map(value => value - 9)
      const taps = windows.window[1] * windows.window[2]
      const filter = normalValues(2, taps * channels)
      const outShape = [batch, ...outputShape(volume, windows).slice(1), channels]
      const best: { value: number; x: number; filter: number }[] = []
      for (const { input, tap, output } of meetings(volume, windows)) {
        for (let c = 0; c < channels; c++) {
          const at = { x: input * channels + c, filter: tap * channels + c }
          const value = x[at.x] + filter[at.filter]
          if (!(best[output * channels + c]?.value >= value)) best[output * channels + c] = { value, ...at }
        }
      }
      const dy = normalValues(3, best.length)
      const [dx, dFilter] = [new Float64Array(x.length), new Float64Array(filter.length)]
      best.forEach((winner, i) => {
        dx[winner.x] += dy[i]
        dFilter[winner.filter] += dy[i]
      })
      const dilate = (a: tf.Tensor, b: tf.Tensor) =>
        tf.dilation2d(a as tf.Tensor4D, b as tf.Tensor3D, windows.stride, windows.pad)
      const inputs = [
        tf.tensor(x, [batch, height, width, channels]),
        tf.tensor(filter, [windows.window[1], windows.window[2], channels]),
      ]
      expectClose(
        dilate(inputs[0], inputs[1]),
        best.map(({ value }) => value),
      )
      const [actualX, actualFilter] = tf.grads(dilate)(
        inputs,
        tf.tensor4d(dy, outShape as [number, number, number, number]),
      )
      expectClose(actualX, dx)
      expectClose(actualFilter, dFilter)
    },
  )
})
