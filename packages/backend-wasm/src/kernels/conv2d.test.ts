import { expectClose, normalValues, useTestBackend } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import '../index.ts'

beforeAll(() => useTestBackend('wasm'))
beforeEach(() => tf.engine().startScope())
afterEach(() => tf.engine().endScope())

interface Case {
  readonly batch: number
  readonly size: readonly [number, number]
  readonly channels: readonly [number, number]
  readonly taps: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly pad: 'same' | 'valid' | readonly [number, number, number, number]
}

/** Output size and padding before, along one axis, from tfjs's documented rules. */
function axisOf({ size, taps, strides, dilations, pad }: Case, axis: 0 | 1) {
  const wide = (taps[axis] - 1) * dilations[axis] + 1
  const [n, s] = [size[axis], strides[axis]]
  if (pad === 'valid') return { count: Math.floor((n - wide) / s) + 1, before: 0 }
  if (pad === 'same') {
    const count = Math.ceil(n / s)
    return { count, before: Math.floor(Math.max(0, (count - 1) * s + wide - n) / 2) }
  }
  const [before, after] = pad.slice(2 * axis, 2 * axis + 2)
  return { count: Math.floor((n + before + after - wide) / s) + 1, before }
}

/** Visits every product of the convolution: indices into x, filter and y, from the definition. */
function visit(c: Case, each: (x: number, filter: number, y: number) => void): void {
  const [down, across] = [axisOf(c, 0), axisOf(c, 1)]
  const [h, w] = c.size
  const [ci, co] = c.channels
  for (let n = 0; n < c.batch; n++) {
    for (let i = 0; i < down.count; i++) {
      for (let j = 0; j < across.count; j++) {
        for (let u = 0; u < c.taps[0]; u++) {
          for (let v = 0; v < c.taps[1]; v++) {
            const y = i * c.strides[0] - down.before + u * c.dilations[0]
            const x = j * c.strides[1] - across.before + v * c.dilations[1]
            if (y < 0 || y >= h || x < 0 || x >= w) continue
            for (let a = 0; a < ci; a++) {
              for (let b = 0; b < co; b++) {
                each(
                  ((n * h + y) * w + x) * ci + a,
                  ((u * c.taps[1] + v) * ci + a) * co + b,
                  ((n * down.count + i) * across.count + j) * co + b,
                )
              }
            }
          }
        }
      }
    }
  }
}

function check(c: Case): void {
  const outShape = [c.batch, axisOf(c, 0).count, axisOf(c, 1).count, c.channels[1]]
  const shapes = { x: [c.batch, ...c.size, c.channels[0]], filter: [...c.taps, ...c.channels] }
  const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
  const x = normalValues(1, count(shapes.x))
  const filter = normalValues(2, count(shapes.filter))
  const dy = normalValues(3, count(outShape))
  const expected = {
    y: new Float64Array(dy.length),
    x: new Float64Array(x.length),
    filter: new Float64Array(filter.length),
  }
  visit(c, (atX, atFilter, atY) => {
    expected.y[atY] += x[atX] * filter[atFilter]
    expected.x[atX] += dy[atY] * filter[atFilter]
    expected.filter[atFilter] += x[atX] * dy[atY]
  })
  const pads = typeof c.pad === 'string' ? c.pad : [[0, 0], c.pad.slice(0, 2), c.pad.slice(2), [0, 0]]
  const attrs = {
    strides: [...c.strides],
    pad: pads as 'same',
    dilations: [...c.dilations],
    dataFormat: 'NHWC',
  }
  const tensors = {
    x: tf.tensor(x, shapes.x),
    filter: tf.tensor(filter, shapes.filter),
    dy: tf.tensor(dy, outShape),
  }
  const run = (kernel: string, inputs: tf.NamedTensorMap, more: tf.NamedAttrMap) =>
    tf.engine().runKernel<tf.Tensor>(kernel, inputs, { ...attrs, ...more })
  const y = run(tf.Conv2D, { x: tensors.x, filter: tensors.filter }, {})
  const dx = run(tf.Conv2DBackpropInput, { dy: tensors.dy, filter: tensors.filter }, { inputShape: shapes.x })
  const dFilter = run(
    tf.Conv2DBackpropFilter,
    { x: tensors.x, dy: tensors.dy },
    { filterShape: shapes.filter },
  )
  expect([y.shape, dx.shape, dFilter.shape]).toEqual([outShape, shapes.x, shapes.filter])
  const within = { absolute: 5e-5, relative: 1e-5 }
  expectClose(y, expected.y, { ...within, what: 'y' })
  expectClose(dx, expected.x, { ...within, what: 'dx' })
  expectClose(dFilter, expected.filter, { ...within, what: 'dFilter' })
}

const plain: Case = {
  batch: 2,
  size: [7, 6],
  channels: [3, 5],
  taps: [3, 3],
  strides: [1, 1],
  dilations: [1, 1],
  pad: 'same',
}

describe('conv2d and its gradients on wasm', () => {
  test('equal the 64-bit sums for any geometry', () => {
    const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }))
    const pads = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 3 })))
    const cases = fc
      .record({
        batch: fc.integer({ min: 1, max: 3 }),
        size: pair(11),
        channels: pair(9),
        taps: pair(4),
        strides: pair(3),
        dilations: pair(3),
        pad: fc.oneof(
          fc.constantFrom<'same' | 'valid'>('same', 'valid'),
          pads as fc.Arbitrary<[number, number, number, number]>,
        ),
      })
      .filter(c => axisOf(c, 0).count > 0 && axisOf(c, 1).count > 0)
    fc.assert(
      fc.property(cases, c => {
        tf.tidy(() => check(c))
      }),
      { seed: 20261123, numRuns: 150 },
    )
  })

  test.each<[string, Partial<Case>]>([
    ['a stride the filter does not reach across', { taps: [1, 1], strides: [2, 3] }],
    ['strides that share a factor with the dilation', { size: [13, 14], strides: [2, 2], dilations: [2, 3] }],
    ['more channels than a sum holds at a time', { batch: 1, size: [4, 4], channels: [70, 12] }],
    ['as many pixels as several blocks hold', { batch: 3, size: [17, 19], channels: [4, 4] }],
    ['one pixel at a time', { taps: [1, 1], channels: [8, 16] }],
    ['a filter larger than the picture', { size: [2, 2], taps: [4, 5] }],
  ])('hold with %s', (_, change) => {
    check({ ...plain, ...change })
  })

  test('give empty results for empty batches, and a zero filter gradient', () => {
    const x = tf.zeros<tf.Rank.R4>([0, 4, 4, 2])
    const filter = tf.ones<tf.Rank.R4>([3, 3, 2, 3])
    expect(tf.conv2d(x, filter, 1, 'same').shape).toEqual([0, 4, 4, 3])
    const [dx, dFilter] = tf.grads((a: tf.Tensor, b: tf.Tensor) => {
      return tf.sum(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same'))
    })([x, filter])
    expect(dx.shape).toEqual([0, 4, 4, 2])
    expectClose(dFilter, new Float32Array(3 * 3 * 2 * 3))
  })

  test('let NaN through to the pixels that see it, and to no other', () => {
    const x = tf.tensor4d([Number.NaN, 0, 0, 0, 0], [1, 1, 5, 1])
    const y = tf.conv2d(x, tf.ones<tf.Rank.R4>([1, 3, 1, 1]), 1, 'same')
    expectClose(y, [Number.NaN, Number.NaN, 0, 0, 0])
  })

  test('give the same bits again', () => {
    const x = tf.tensor4d(normalValues(1, 3 * 9 * 9 * 4), [3, 9, 9, 4])
    const filter = tf.tensor4d(normalValues(2, 3 * 3 * 4 * 8), [3, 3, 4, 8])
    const run = () => tf.grad((f: tf.Tensor) => tf.sum(tf.conv2d(x, f as tf.Tensor4D, 2, 'same')))(filter)
    expect(run().dataSync()).toEqual(run().dataSync())
  })

  test('are fused with bias and activation', () => {
    const x = tf.tensor4d(normalValues(1, 2 * 5 * 5 * 3), [2, 5, 5, 3])
    const filter = tf.tensor4d(normalValues(2, 3 * 3 * 3 * 6), [3, 3, 3, 6])
    const bias = tf.tensor1d(normalValues(3, 6))
    const plainResult = Array.from(tf.conv2d(x, filter, 2, 'same').dataSync())
    const biases = bias.dataSync()
    for (const [activation, f] of [
      ['relu', (t: number) => Math.max(t, 0)],
      ['sigmoid', (t: number) => 1 / (1 + Math.exp(-t))],
    ] as const) {
      const y = tf.fused.conv2d({ x, filter, strides: 2, pad: 'same', bias, activation })
      expectClose(
        y,
        plainResult.map((value, i) => f(value + biases[i % 6])),
        { absolute: 1e-5 },
      )
    }
  })
})
