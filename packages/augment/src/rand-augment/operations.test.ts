import { affineWarp, luma } from '@chiaro/ops'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type OperationName, operations } from './operations.ts'
import { warp } from './warp-values.ts'

const [height, width] = [5, 7]
const pictureOf = (channels: number) =>
  Float32Array.from({ length: height * width * channels }, (_, i) => 0.5 + 0.5 * Math.sin(i * i + 1))

const changed = (name: OperationName, m: number, sign: 1 | -1, channels = 1, fill = 0.25) => {
  const values = pictureOf(channels)
  operations[name](m, sign, fill)({ values, height, width, channels })
  return values
}

/** Bilinear at a place given in float64, from pixels around it. */
function sampled(picture: ArrayLike<number>, row: number, column: number, fill: number): number {
  let sum = 0
  for (let i = Math.floor(row); i <= Math.floor(row) + 1; i++) {
    for (let j = Math.floor(column); j <= Math.floor(column) + 1; j++) {
      const inside = i >= 0 && i < height && j >= 0 && j < width
      const weight = (1 - Math.abs(row - i)) * (1 - Math.abs(column - j))
      sum += weight * (inside ? picture[i * width + j] : fill)
    }
  }
  return sum
}

/** Where the pixel at an offset from the centre is taken from, of magnitude m. */
const places: Readonly<Record<string, (x: number, y: number, m: number) => readonly [x: number, y: number]>> =
  {
    shearX: (x, y, m) => [x + 0.3 * m * y, y],
    shearY: (x, y, m) => [x, y + 0.3 * m * x],
    translateX: (x, y, m) => [x + (150 / 331) * m * width, y],
    translateY: (x, y, m) => [x, y + (150 / 331) * m * height],
    rotate(x, y, m) {
      const angle = (Math.PI / 6) * m
      return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)]
    },
  }

describe('operations of RandAugment', () => {
  for (const [name, place] of Object.entries(places)) {
    it.each([-1, 1] as const)(`${name} takes pixels from where it says, sign %i`, sign => {
      for (const m of [0, 0.3, 1]) {
        const values = changed(name as OperationName, m, sign)
        values.forEach((value, i) => {
          const [x, y] = [(i % width) - (width - 1) / 2, Math.floor(i / width) - (height - 1) / 2]
          const [u, v] = place(x, y, sign * m)
          const expected = sampled(pictureOf(1), v + (height - 1) / 2, u + (width - 1) / 2, 0.25)
          expect(Math.abs(value - expected)).toBeLessThan(1e-6)
        })
      }
    })
  }

  it.each([-1, 1] as const)('colours change by a factor of 1 ± 0.9 m, sign %i', sign => {
    const f = 1 + 0.9 * 0.5 * sign
    const before = pictureOf(3)
    const cut = (x: number) => Math.min(1, Math.max(0, x))
    const lumaOf = (p: number) => luma.reduce((sum, weight, c) => sum + weight * before[3 * p + c], 0)
    const mean =
      Array.from({ length: height * width }, (_, p) => lumaOf(p)).reduce((a, b) => a + b) / (height * width)
    const expected: Readonly<Record<string, (x: number, p: number) => number>> = {
      brightness: x => cut(f * x),
      contrast: x => cut(f * x + (1 - f) * mean),
      color: (x, p) => cut(f * x + (1 - f) * lumaOf(p)),
    }
    for (const [name, of] of Object.entries(expected)) {
      changed(name as OperationName, 0.5, sign, 3).forEach((value, i) => {
        expect(Math.abs(value - of(before[i], Math.floor(i / 3)))).toBeLessThan(1e-6)
      })
    }
  })

  it('magnitude says how many bits and which threshold are left', () => {
    const levels = (m: number) => new Set(changed('posterize', m, 1)).size
    // Every level of these pixels is another one; four bits leave sixteen.
    expect(levels(0)).toBeGreaterThan(16)
    for (const value of changed('posterize', 1, 1)) expect(Math.round(value * 255) % 16).toBe(0)
    const before = pictureOf(1)
    changed('solarize', 0.3, 1).forEach((value, i) => {
      expect(value).toBe(before[i] >= 0.7 ? Math.fround(1 - before[i]) : before[i])
    })
    expect(changed('identity', 1, 1)).toEqual(before)
  })
})

describeBackends('warp on the host', () => {
  it('is affineWarp, to rounding', () => {
    const values = pictureOf(3)
    warp([0.9, 0.3, -0.2, 1.1], [0.1, -0.05], 0.4)({ values, height, width, channels: 3 })
    const [x, y] = [(width - 1) / 2, (height - 1) / 2]
    const transform = Float32Array.of(
      ...[0.9, 0.3, x - 0.9 * x - 0.3 * y + 0.1 * width, -0.2, 1.1, y + 0.2 * x - 1.1 * y - 0.05 * height],
    )
    const warped = affineWarp(tf.tensor4d(pictureOf(3), [1, height, width, 3]), transform, { fill: 0.4 })
    warped.dataSync().forEach((value, i) => {
      expect(Math.abs(value - values[i])).toBeLessThan(1e-5)
    })
  })
})
