import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { bernoulli } from './bernoulli.ts'
import { tensorOfRows, valuesOfRows } from './draws-of-rows.ts'
import { key } from './host/key.ts'
import { normalValues } from './host/normal-values.ts'
import { uniformValues } from './host/uniform-values.ts'
import { normal } from './normal.ts'
import { uniform } from './uniform.ts'

describe('valuesOfRows', () => {
  it('gives rows what they get in the larger batch, in the order that they are asked for', () => {
    for (const draw of [uniformValues, normalValues]) {
      const whole = draw(key(1), 7 * 3)
      const some = valuesOfRows(3, 3, { rows: [5, 0, 2] }, length => draw(key(1), length))
      const row = (i: number) => Array.from(whole.subarray(3 * i, 3 * i + 3))
      expect(Array.from(some)).toEqual([5, 0, 2].flatMap(row))
      expect(valuesOfRows(7, 3, {}, length => draw(key(1), length))).toEqual(whole)
    }
  })

  it('refuses places that are none', () => {
    const draw = (length: number) => uniformValues(key(1), length)
    expect(() => valuesOfRows(2, 1, { rows: [0] }, draw)).toThrow(
      /rows must be of length 2, one for each row/,
    )
    expect(() => valuesOfRows(1, 1, { rows: [0.5] }, draw)).toThrow(/rows\[0\] must be an integer/)
  })
})

describeBackends('tensorOfRows', () => {
  it('gives rows what they get in the larger batch', () => {
    const draws = [
      (count: number) => normal(key(2), [count, 3]),
      (count: number) => uniform(key(2), [count, 3]),
      (count: number) => tf.cast(bernoulli(key(2), [count, 3], 0.5), 'float32') as tf.Tensor2D,
    ]
    for (const draw of draws) {
      const whole = Array.from(draw(8).dataSync())
      const some = tensorOfRows(2, { rows: Int32Array.of(6, 1) }, draw)
      expect(Array.from(some.dataSync())).toEqual([...whole.slice(18, 21), ...whole.slice(3, 6)])
      expect(Array.from(tensorOfRows(8, {}, draw).dataSync())).toEqual(whole)
    }
  })
})
