import { RowNormalize, RowNormalizeGrad } from '@chiaro/ops'
import { expectClose, normalValues, uniformValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import '../register.ts'

beforeAll(() => useTestBackend('wasm'))

const run = (op: string, inputs: tf.NamedTensorMap) =>
  (tf.engine().runKernel(op, inputs) as unknown as tf.Tensor[])[0]

describe('rowNormalize', () => {
  it.each([1, 2, 3, 4, 5, 31, 67])(
    'equals float64 loops for rows of %i, forward and backward, whatever their size',
    width => {
      const rows = 9
      const sizes = Array.from(uniformValues(1, rows), u => 10 ** (60 * u - 35))
      const x = Array.from(normalValues(2, rows * width), (v, i) =>
        Math.fround(v * sizes[Math.floor(i / width)]),
      )
      const dy = Array.from(normalValues(3, rows * width), Math.fround)
      const [y, dx] = [[] as number[], [] as number[]]
      for (let r = 0; r < rows; r++) {
        const row = x.slice(r * width, (r + 1) * width)
        const of = dy.slice(r * width, (r + 1) * width)
        const length = Math.hypot(...row)
        const along = row.reduce((sum, value, i) => sum + (value / length) * of[i], 0)
        y.push(...row.map(value => value / length))
        // Beyond float32 either way the kernel's number is ±∞ or 0.
        dx.push(...row.map((value, i) => Math.fround((of[i] - (value / length) * along) / length)))
      }
      const [tx, tdy] = [x, dy].map(values => tf.tensor2d(values, [rows, width]))
      expectClose(run(RowNormalize, { x: tx }), y, { absolute: 1e-7, relative: 2e-7 })
      const actual = run(RowNormalizeGrad, { x: tx, dy: tdy }).dataSync()
      dx.forEach((expected, i) => {
        const scale = Math.abs(dy[i]) / Math.hypot(...x.slice(Math.floor(i / width) * width).slice(0, width))
        if (Number.isFinite(expected))
          expect(Math.abs(actual[i] - expected)).toBeLessThanOrEqual(1e-6 * scale + 1e-44)
        else expect(actual[i]).toBe(expected)
      })
    },
  )

  it('leaves zeros at zero, and lets no number that is not finite look like a direction', () => {
    const x = tf.tensor2d([0, 0, 1, Number.POSITIVE_INFINITY, Number.NaN, 1, 3, 4], [4, 2])
    expectClose(run(RowNormalize, { x }), [0, 0, Number.NaN, Number.NaN, Number.NaN, Number.NaN, 0.6, 0.8])
    const dx = run(RowNormalizeGrad, { x, dy: tf.ones([4, 2]) })
    expectClose(tf.slice(dx, [0, 0], [1, 2]), [0, 0])
    expect(run(RowNormalize, { x: tf.zeros([0, 3]) }).shape).toEqual([0, 3])
  })
})
