import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import fixtures from '../fixtures/torchvision.json?raw'
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './adjust-color.ts'
import { randomHorizontalFlip, randomVerticalFlip } from './compose.ts'
import { erase } from './erase.ts'
import { gaussianBlur } from './gaussian-blur.ts'
import { normalize } from './normalize.ts'
import { greyscale } from './random-greyscale.ts'
import type { Interpolation } from './resampling.ts'
import { type Box, resizedCrop } from './resized-crop.ts'
import { rotate } from './rotate.ts'
import { solarize } from './solarize.ts'

interface Parameters {
  readonly factor: number
  readonly degrees: number
  readonly interpolation: string
  readonly antialias: boolean
  readonly threshold: number
  readonly kernelSize: number
  readonly sigma: number
  readonly box: Box
  readonly fill: number
  readonly mean: readonly number[]
  readonly standardDeviation: readonly number[]
}

interface Case {
  readonly operation: string
  readonly on: 'colour' | 'grey'
  readonly parameters: Parameters
  readonly size: [number, number]
  readonly values: readonly number[]
}

const fixture: {
  readonly height: number
  readonly width: number
  readonly pictures: Readonly<Record<'colour' | 'grey', readonly number[]>>
  readonly cases: readonly Case[]
} = JSON.parse(fixtures)

type Operation = (x: tf.Tensor4D, parameters: Parameters, size: [number, number]) => tf.Tensor4D

const operations: Readonly<Record<string, Operation>> = {
  brightness: (x, { factor }) => adjustBrightness(x, [factor]),
  contrast: (x, { factor }) => adjustContrast(x, [factor]),
  saturation: (x, { factor }) => adjustSaturation(x, [factor]),
  hue: (x, { factor }) => adjustHue(x, [factor]),
  rotate: (x, { degrees, interpolation }) =>
    rotate(x, [degrees], { interpolation: interpolation as 'bilinear' | 'nearest' }),
  solarize: (x, { threshold }) => solarize(x, threshold),
  horizontalFlip: x => randomHorizontalFlip(1)(key(1), x),
  verticalFlip: x => randomVerticalFlip(1)(key(1), x),
  greyscale: x => greyscale(x),
  blur: (x, { sigma, kernelSize }) => gaussianBlur(x, [sigma], { kernelSize }),
  resizedCrop: (x, { box, interpolation, antialias }, size) =>
    resizedCrop(x, [box], { size, interpolation: interpolation as Interpolation, antialias }),
  normalize: (x, { mean, standardDeviation }) => normalize({ mean, standardDeviation })(key(1), x),
  erase: (x, { box, fill }) => erase(x, [box], fill),
}

/** The largest difference allowed, in 1/255; values of the fixture are rounded to 10⁻⁶, 0.00013/255. */
const tolerances: Readonly<Record<string, number>> = Object.fromEntries(
  Object.keys(operations).map(name => [name, 0.0005]),
)
// Float32 sums of weights, and bilinear weights off by the last digits of the coordinates.
Object.assign(tolerances, { rotate: 0.001, resizedCrop: 0.001, normalize: 0.001 })

/** The largest difference of the cases of an operation, in 1/255. */
function difference(operation: string, where: (parameters: Parameters) => boolean = () => true): number {
  let worst = 0
  let seen = 0
  for (const { on, parameters, size, values, operation: name } of fixture.cases) {
    if (name !== operation || !where(parameters)) continue
    seen += 1
    const channels = on === 'colour' ? 3 : 1
    const x = tf.tensor4d([...fixture.pictures[on]], [1, fixture.height, fixture.width, channels])
    const out = operations[operation](x, parameters, size)
    expect(out.shape).toEqual([1, ...size, channels])
    out.dataSync().forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - values[i]) * 255)
    })
  }
  expect(seen).toBeGreaterThan(0)
  return worst
}

const otherCubic = ({ interpolation, antialias }: Parameters) => interpolation === 'bicubic' && !antialias

describeBackends('parity with torchvision', () => {
  for (const [operation, tolerance] of Object.entries(tolerances)) {
    it(`${operation} within ${tolerance}/255`, () => {
      const worst = difference(operation, parameters => !otherCubic(parameters))
      expect(worst).toBeLessThan(tolerance)
    })
  }

  it('has a cubic of its own where torchvision does not antialias', () => {
    // Keys' a = −½ as with antialias (and as PIL); torchvision takes −¾ there.
    const worst = difference('resizedCrop', otherCubic)
    expect(worst).toBeGreaterThan(1)
    expect(worst).toBeLessThan(64)
  })
})
