import { foldIn, key, uniformValues } from '@chiaro/random'
import { describeBackends, expectClose, expectNoLeak } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import fixtures from '../fixtures/gaussian-blur.json?raw'
import { gaussianBlur, randomGaussianBlur } from './gaussian-blur.ts'

interface Fixture {
  readonly shape: [number, number, number]
  readonly values: number[]
  readonly cases: readonly {
    readonly kernelSize: number
    readonly sigma: number
    readonly values: number[]
  }[]
}
const fixture: Fixture = JSON.parse(fixtures)
const pictures = (count = 1) =>
  tf.tensor4d(Array.from({ length: count }, () => fixture.values).flat(), [count, ...fixture.shape])

describeBackends('gaussianBlur', () => {
  it('equals PyTorch within 0.001 of 1/255, reflected at the border', () => {
    for (const { kernelSize, sigma, values } of fixture.cases) {
      const actual = gaussianBlur(pictures(), [sigma], { kernelSize })
      expectClose(actual, values, { absolute: 0.001 / 255, relative: 0 })
    }
  })

  it('draws a width for each picture from its key', async () => {
    const view = randomGaussianBlur({ kernelSize: 5, sigma: [0.5, 1.5] })
    const deviations = uniformValues(foldIn(key(1), 0), 3).map(draw => 0.5 + draw)
    const expected = gaussianBlur(pictures(3), deviations, { kernelSize: 5 })
    expectClose(view(key(1), pictures(3)), Array.from(expected.dataSync()), { absolute: 1e-6 })
    const x = pictures()
    await expectNoLeak(() => view(key(2), x).dispose())
  })

  it('blurs a share of the pictures, keeps the others exactly, and draws nothing for none', () => {
    const x = pictures(40)
    const each = fixture.values.length
    const values = randomGaussianBlur({ kernelSize: 3, sigma: [0.5, 1], probability: 0.5 })(
      key(1),
      x,
    ).dataSync()
    const before = x.dataSync()
    const kept = Array.from({ length: 40 }, (_, i) =>
      before.subarray(i * each, (i + 1) * each).every((value, at) => value === values[i * each + at]),
    ).filter(Boolean).length
    // Binomial(40, ½): standard deviation 3.2.
    expect(Math.abs(kept - 20)).toBeLessThan(13)
    const still = randomGaussianBlur({ kernelSize: 3, probability: 0 })
    expectClose(still(undefined as unknown as ReturnType<typeof key>, x), x, { absolute: 0, relative: 0 })
    expect(() => randomGaussianBlur({ kernelSize: 3, probability: 2 })).toThrow(
      /probability must be a number from 0 to 1/,
    )
  })

  it('refuses even kernels, kernels beyond the picture, and widths that are none', () => {
    expect(() => randomGaussianBlur({ kernelSize: 4 })).toThrow(/kernelSize must be odd, got 4/)
    expect(() => randomGaussianBlur({ kernelSize: 3, sigma: [2, 1] })).toThrow(
      /sigma\[1\] must be a finite number of at least 2/,
    )
    expect(() => gaussianBlur(pictures(), [1], { kernelSize: 15 })).toThrow(
      /kernelSize must be below twice the side of 9×7, got 15/,
    )
    expect(() => gaussianBlur(pictures(), [0], { kernelSize: 3 })).toThrow(
      /deviations\[0\] must be a finite number above 0, got 0/,
    )
    expect(() => gaussianBlur(pictures(), [1, 1], { kernelSize: 3 })).toThrow(
      /deviations must be of length 1, one for each picture, got length 2/,
    )
  })
})
