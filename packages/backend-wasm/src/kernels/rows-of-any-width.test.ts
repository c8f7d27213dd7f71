import {
  BinaryNce,
  BinaryNceGrad,
  LayerNorm,
  LayerNormGrad,
  RowLogSumExp,
  RowLogSumExpGrad,
  SoftmaxGrad,
  StableSoftplus,
  StableSoftplusGrad,
} from '@chiaro/ops'
import { expectClose, normalValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import '../register.ts'

beforeAll(() => useTestBackend('wasm'))

const run = (op: string, inputs: tf.NamedTensorMap, attrs: tf.NamedAttrMap = {}) =>
  tf.engine().runKernel(op, inputs, attrs) as unknown as tf.Tensor[]
const numbers = (seed: number, size: number, deviation = 1) =>
  Array.from(normalValues(seed, size, deviation), Math.fround)
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))
const widths = [1, 2, 3, 4, 5, 8, 17, 31, 64, 67]
const rows = 6
const rowsOf = (values: readonly number[], width: number) =>
  Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width))

describe.each(widths)('rows of %i numbers equal float64 loops', width => {
  const size = rows * width

  it('in layer normalisation', () => {
    const [x, dy] = [numbers(1, size, 3), numbers(2, size)]
    const [scale, offset] = [numbers(3, width), numbers(4, width)]
    const epsilon = 0.1
    const expected = rowsOf(x, width).map((row, r) => {
      const mean = sum(row) / width
      const inverse = 1 / Math.sqrt(sum(row.map(value => (value - mean) ** 2)) / width + epsilon)
      const unit = row.map(value => (value - mean) * inverse)
      const of = rowsOf(dy, width)[r]
      const d = of.map((value, j) => value * scale[j])
      const along = sum(d.map((value, j) => value * unit[j])) / width
      const dx = d.map((value, j) => (value - sum(d) / width - unit[j] * along) * inverse)
      return { y: unit.map((value, j) => value * scale[j] + offset[j]), unit, of, dx }
    })
    const [tx, tdy] = [x, dy].map(values => tf.tensor2d(values, [rows, width]))
    const [ts, to] = [scale, offset].map(values => tf.tensor1d(values))
    const [y] = run(LayerNorm, { x: tx, scale: ts, offset: to }, { epsilon })
    expectClose(
      y,
      expected.flatMap(row => row.y),
      { absolute: 1e-5 },
    )
    const [dx, dscale, doffset] = run(LayerNormGrad, { x: tx, dy: tdy, scale: ts }, { epsilon })
    expectClose(
      dx,
      expected.flatMap(row => row.dx),
      { absolute: 1e-5 },
    )
    const columns = [...scale.keys()]
    const ofScale = columns.map(j => sum(expected.map(row => row.of[j] * row.unit[j])))
    expectClose(dscale, ofScale, { absolute: 1e-5 })
    expectClose(
      doffset,
      columns.map(j => sum(expected.map(row => row.of[j]))),
      { absolute: 1e-5 },
    )
  })

  it.each([1, 300])('in log-sum-exp and softmax, of logits of size %i', deviation => {
    const x = numbers(5, size, deviation)
    const [dy, dp] = [numbers(6, rows), numbers(7, size)]
    const expected = rowsOf(x, width).map((row, r) => {
      const largest = Math.max(...row)
      const total = sum(row.map(value => Math.exp(value - largest)))
      const p = row.map(value => Math.exp(value - largest) / total)
      const of = rowsOf(dp, width)[r]
      const along = sum(p.map((value, j) => value * of[j]))
      return { value: largest + Math.log(total), p, slope: p.map((value, j) => value * (of[j] - along)) }
    })
    const logits = tf.tensor2d(x, [rows, width])
    expectClose(
      run(RowLogSumExp, { x: logits })[0],
      expected.map(row => row.value),
      { relative: 1e-6 },
    )
    const [dx] = run(RowLogSumExpGrad, { x: logits, dy: tf.tensor1d(dy) })
    expectClose(
      dx,
      expected.flatMap((row, r) => row.p.map(value => value * dy[r])),
      { absolute: 1e-6 },
    )
    const y = tf.tensor2d(
      expected.flatMap(row => row.p),
      [rows, width],
    )
    const [slope] = run(SoftmaxGrad, { y, dy: tf.tensor2d(dp, [rows, width]) })
    expectClose(
      slope,
      expected.flatMap(row => row.slope),
      { absolute: 1e-6 },
    )
  })

  it('in softplus, relative to what is small, and its slope', () => {
    const [x, dy] = [numbers(8, width, 20), numbers(9, width)]
    const [y] = run(StableSoftplus, { x: tf.tensor1d(x) })
    expectClose(y, x.map(softplus), { absolute: 0, relative: 1e-6 })
    const [dx] = run(StableSoftplusGrad, { x: tf.tensor1d(x), dy: tf.tensor1d(dy) })
    expectClose(
      dx,
      x.map((value, i) => dy[i] * sigmoid(value)),
      { absolute: 1e-38, relative: 1e-6 },
    )
  })

  it('in the NCE loss with so many noise rows each', () => {
    const noiseRatio = 2.5
    const shift = Math.log(noiseRatio)
    const [data, noise, dy] = [numbers(10, rows, 5), numbers(11, size, 5), numbers(12, rows)]
    const weight = noiseRatio / width
    const inputs = { data: tf.tensor1d(data), noise: tf.tensor1d(noise) }
    const losses = rowsOf(noise, width).map(
      (row, i) => softplus(shift - data[i]) + weight * sum(row.map(value => softplus(value - shift))),
    )
    expectClose(run(BinaryNce, inputs, { noiseRatio })[0], losses, { relative: 2e-6 })
    const [ddata, dnoise] = run(BinaryNceGrad, { ...inputs, dy: tf.tensor1d(dy) }, { noiseRatio })
    expectClose(
      ddata,
      data.map((value, i) => -dy[i] * sigmoid(shift - value)),
      { relative: 2e-6 },
    )
    const ofNoise = noise.map((value, j) => dy[Math.floor(j / width)] * weight * sigmoid(value - shift))
    expectClose(dnoise, ofNoise, { relative: 2e-6 })
  })
})

it('NaN stays NaN in each', () => {
  const x = tf.tensor2d([[1, Number.NaN, 2, 3, 4]])
  const [one, dy] = [tf.ones([5]), tf.ones([1])]
  for (const y of [
    run(LayerNorm, { x, scale: one, offset: one }, { epsilon: 1e-5 })[0],
    run(RowLogSumExp, { x })[0],
    run(RowLogSumExpGrad, { x, dy })[0],
  ]) {
    expect(y.dataSync()[0]).toBeNaN()
  }
})
