import { describeBackends, expectClose, expectNoLeak, normalValues, uniformValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { separableMaps } from './separable-maps.ts'
import './gradients/register-gradients.ts'

/** Matrices [count, rows, columns] of which two thirds of the numbers are 0. */
function sparse(seed: number, count: number): Float32Array {
  const [values, kept] = [normalValues(seed, count), uniformValues(seed + 1, count)]
  return values.map((value, i) => (kept[i] < 1 / 3 ? value : 0))
}

describeBackends('separableMaps', () => {
  it.each([1, 2, 3, 4, 5, 9])('equals float64 sums for %i channels, and its gradient too', channels => {
    const [count, height, width, high, wide] = [3, 7, 5, 4, 6]
    const x = normalValues(1, count * height * width * channels)
    const [rows, columns] = [sparse(2, count * high * height), sparse(4, count * wide * width)]
    const dy = normalValues(6, count * high * wide * channels)
    const y = new Float64Array(dy.length)
    const dx = new Float64Array(x.length)
    for (let p = 0; p < count; p++) {
      for (let r = 0; r < high; r++) {
        for (let q = 0; q < wide; q++) {
          for (let i = 0; i < height; i++) {
            for (let j = 0; j < width; j++) {
              const weight = rows[(p * high + r) * height + i] * columns[(p * wide + q) * width + j]
              for (let c = 0; c < channels; c++) {
                const from = ((p * height + i) * width + j) * channels + c
                const to = ((p * high + r) * wide + q) * channels + c
                y[to] += weight * x[from]
                dx[from] += weight * dy[to]
              }
            }
          }
        }
      }
    }
    const batch = tf.tensor4d(x, [count, height, width, channels])
    const [R, C] = [tf.tensor3d(rows, [count, high, height]), tf.tensor3d(columns, [count, wide, width])]
    const f = (pictures: tf.Tensor) => separableMaps(pictures as tf.Tensor4D, R, C)
    expect(f(batch).shape).toEqual([count, high, wide, channels])
    expectClose(f(batch), y, { absolute: 1e-5 })
    expectClose(tf.grad(f)(batch, tf.tensor4d(dy, [count, high, wide, channels])), dx, { absolute: 1e-5 })
    expectNoLeak(() => f(batch))
  })
})
