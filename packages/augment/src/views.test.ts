import { foldIn, key, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak, uniformValues as samples } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { compose, randomHorizontalFlip, withProbability } from './compose.ts'
import { linearColorJitter } from './linear-color-jitter.ts'
import { randomAffine } from './random-affine.ts'
import { randomErasing } from './random-erasing.ts'

const [count, height, width] = [3, 7, 9]
const values = samples(1, count * height * width * 3, 0, 1)
const pictures = () => tf.tensor4d(values, [count, height, width, 3])
const pixel = (i: number, y: number, x: number, c: number, fill: number) =>
  y < 0 || x < 0 || y >= height || x >= width ? fill : values[((i * height + y) * width + x) * 3 + c]

/** The docstring's equation, pixel by pixel, in float64. */
function affineReference(
  k: ReturnType<typeof key>,
  degrees: number,
  zoom: number,
  stretch: number,
  translate: number,
  fill: number,
) {
  const u = uniformValues(foldIn(k, 0), count * 5)
  const out: number[] = []
  for (let i = 0; i < count; i++) {
    const [r, z, a, tx, ty] = [0, 1, 2, 3, 4].map(j => 2 * u[i * 5 + j] - 1)
    const angle = (r * degrees * Math.PI) / 180
    const size = Math.exp(z * zoom)
    const root = Math.sqrt(Math.exp(a * stretch))
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const px = (x - (width - 1) / 2) / (size * root)
        const py = ((y - (height - 1) / 2) * root) / size
        const sx = Math.cos(angle) * px - Math.sin(angle) * py + (width - 1) / 2 + tx * translate * width
        const sy = Math.sin(angle) * px + Math.cos(angle) * py + (height - 1) / 2 + ty * translate * height
        const [x0, y0] = [Math.floor(sx), Math.floor(sy)]
        for (let c = 0; c < 3; c++) {
          const at = (yy: number, xx: number) => pixel(i, yy, xx, c, fill)
          const top = at(y0, x0) * (x0 + 1 - sx) + at(y0, x0 + 1) * (sx - x0)
          const bottom = at(y0 + 1, x0) * (x0 + 1 - sx) + at(y0 + 1, x0 + 1) * (sx - x0)
          out.push(top * (y0 + 1 - sy) + bottom * (sy - y0))
        }
      }
  }
  return out
}

describeBackends('randomAffine', () => {
  it('shows each picture through its own rotation, zoom, stretch and shift', () => {
    const view = randomAffine({ degrees: 25, zoom: 0.3, stretch: 0.2, translate: 0.1, fill: 0.8 })
    const expected = affineReference(key(5), 25, 0.3, 0.2, 0.1, 0.8)
    expectClose(view(key(5), pictures()), expected, { absolute: 2e-5, relative: 1e-5 })
  })

  it('is the picture itself when nothing may change', () => {
    expectClose(randomAffine()(key(1), pictures()), values, { absolute: 1e-6 })
  })

  it('is pure in its key and leaks nothing', async () => {
    const view = randomAffine({ degrees: 10, zoom: 0.2 })
    const x = pictures()
    const [a, b, c] = [key(1), key(1), key(2)].map(k => Array.from(view(k, x).dataSync()))
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
    await expectNoLeak(() => view(key(3), x).dispose())
    expect(() => randomAffine({ zoom: -1 })).toThrow(/zoom must be a finite number of at least 0, got -1/)
  })
})

describeBackends('linearColorJitter', () => {
  it('maps colours by its equation, step by step in YIQ', () => {
    const u = uniformValues(foldIn(key(4), 0), count * 4)
    const view = linearColorJitter({ brightness: 0.2, contrast: 0.3, saturation: 0.4, hue: 0.5 })
    const expected = Array.from(values)
    for (let i = 0; i < count; i++) {
      const [b, c, s, h] = [0, 1, 2, 3].map(j => 2 * u[i * 4 + j] - 1)
      for (let p = 0; p < height * width; p++) {
        const at = (i * height * width + p) * 3
        const [r, g, bl] = [values[at], values[at + 1], values[at + 2]]
        const luma = 0.299 * r + 0.587 * g + 0.114 * bl
        const [first, second] = [0.596 * r - 0.274 * g - 0.322 * bl, 0.211 * r - 0.523 * g + 0.312 * bl]
        const gain = Math.exp(s * 0.4)
        const angle = h * 0.5 * Math.PI
        const f = gain * (Math.cos(angle) * first - Math.sin(angle) * second)
        const q = gain * (Math.sin(angle) * first + Math.cos(angle) * second)
        // The published inverse of YIQ's matrix has three digits; solve instead (Cramer) for the exact one.
        const rgb = solve3(
          [
            [0.299, 0.587, 0.114],
            [0.596, -0.274, -0.322],
            [0.211, -0.523, 0.312],
          ],
          [luma, f, q],
        )
        for (let k = 0; k < 3; k++) expected[at + k] = Math.exp(c * 0.3) * (rgb[k] - 0.5) + 0.5 + b * 0.2
      }
    }
    expectClose(view(key(4), pictures()), expected, { absolute: 5e-6, relative: 1e-5 })
  })

  it('needs three channels', () => {
    expect(() => linearColorJitter({ hue: 0.1 })(key(1), tf.zeros([1, 2, 2, 1]))).toThrow(
      /channels of batch must be 3/,
    )
  })
})

describeBackends('compose and withProbability', () => {
  it('runs views in order, each with its own key', () => {
    const flipped = randomHorizontalFlip(1)(foldIn(key(3), 0), pictures())
    const jitter = linearColorJitter({ brightness: 0.3 })
    const expected = jitter(foldIn(key(3), 1), flipped)
    expectClose(compose(randomHorizontalFlip(1), jitter)(key(3), pictures()), Array.from(expected.dataSync()))
    expectClose(compose()(key(1), pictures()), values)
  })

  it('mirrors left and right, not top and bottom', () => {
    const out = randomHorizontalFlip(1)(key(1), tf.tensor4d([1, 2, 3], [1, 1, 3, 1]))
    expectClose(out, [3, 2, 1])
    const mirrored = Array.from(values, (_, at) => {
      const [c, x] = [at % 3, Math.floor(at / 3) % width]
      const [y, i] = [Math.floor(at / 3 / width) % height, Math.floor(at / 3 / width / height)]
      return pixel(i, y, width - 1 - x, c, 0)
    })
    expectClose(randomHorizontalFlip(1)(key(1), pictures()), mirrored)
  })

  it('keeps a chosen picture whole, and what a view makes of the others out of it', async () => {
    const x = tf.ones([50, 2, 2, 3]) as tf.Tensor4D
    const spoil = withProbability(0.5, (_, batch) => tf.fill(batch.shape, Number.NaN))
    const y = spoil(key(2), x).dataSync()
    const kept = Array.from({ length: 50 }, (_, i) => y.subarray(i * 12, i * 12 + 12))
    for (const picture of kept)
      expect(picture.every(v => v === 1) || picture.every(v => Number.isNaN(v))).toBe(true)
    expect(kept.some(picture => picture[0] === 1) && kept.some(picture => Number.isNaN(picture[0]))).toBe(
      true,
    )
    await expectNoLeak(() => spoil(key(3), x).dispose())
  })

  it('takes a probability as one: never at 0, always at 1, about half at a half', () => {
    const many = tf.zeros([400, 1, 1, 1]) as tf.Tensor4D
    const brighter = (p: number) =>
      tf.sum(withProbability(p, (_, x) => tf.add(x, 1) as tf.Tensor4D)(key(9), many)).dataSync()[0]
    expect(brighter(0)).toBe(0)
    expect(brighter(1)).toBe(400)
    // Binomial(400, ½): standard deviation 10.
    expect(Math.abs(brighter(0.5) - 200)).toBeLessThan(40)
    expect(() => withProbability(1.5, (_, x) => x)).toThrow(/a number from 0 to 1, got 1.5/)
  })
})

describeBackends('views of values with a gradient', () => {
  it('pass it on: through flips, colour maps and erased rectangles', () => {
    const brighter = linearColorJitter({ contrast: 0.5, hue: 0.2 })
    const linear = compose(randomHorizontalFlip(), withProbability(0.5, brighter), randomErasing())
    const x = pictures()
    const dy = tf.tensor4d(samples(3, values.length, -1, 1), x.shape)
    const gradient = tf.grad(a => linear(key(6), a as tf.Tensor4D))(x, dy)
    // The view is affine in x: ⟨dy, f(x + v) − f(x)⟩ = ⟨gradient, v⟩ for any v.
    const v = tf.tensor4d(samples(4, values.length, -1, 1), x.shape)
    const moved = tf.sub(linear(key(6), tf.add(x, v)), linear(key(6), x))
    expectClose(tf.sum(tf.mul(gradient, v)), tf.sum(tf.mul(dy, moved)), { absolute: 1e-4, relative: 1e-4 })
  })
})

function solve3(m: number[][], v: number[]): number[] {
  const det = (a: number[][]) =>
    a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) -
    a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
    a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0])
  return [0, 1, 2].map(k => det(m.map((row, i) => row.map((x, j) => (j === k ? v[i] : x)))) / det(m))
}
