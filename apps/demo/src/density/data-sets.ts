import type { NoiseDistribution, RandomKey } from '@chiaro/core'
import { gaussianNoise, mixtureNoise, uniformNoise } from '@chiaro/noise'
import { foldIn, integerValues, normalValues, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import type { DataSetName } from './settings.ts'

export interface DataSet {
  /** count rows of two numbers. */
  draw(key: RandomKey, count: number): Promise<Float32Array>
  /** The density they are drawn from, where it has a closed form. */
  readonly density?: NoiseDistribution
}

/** A set of known density. */
function known(density: NoiseDistribution): DataSet {
  return {
    density,
    async draw(key, count) {
      const rows = tf.tidy(() => density.sample(key, count))
      const values = (await rows.data()) as Float32Array
      rows.dispose()
      return values.slice()
    },
  }
}

type Point = (u: Float32Array, z: Float32Array, k: number) => readonly [number, number]

/** A set drawn point by point, from two uniforms in [0, 1), two normals and a whole number below 4. */
function drawn(point: Point): DataSet {
  return {
    async draw(key, count) {
      const u = uniformValues(foldIn(key, 0), 2 * count)
      const z = normalValues(foldIn(key, 1), 2 * count)
      const k = integerValues(foldIn(key, 2), count, { maximum: 4 })
      return Float32Array.from({ length: count }, (_, i) => i).reduce(
        (rows, i) => {
          rows.set(point(u.subarray(2 * i), z.subarray(2 * i), k[i]), 2 * i)
          return rows
        },
        new Float32Array(2 * count),
      )
    },
  }
}

const moon: Point = (u, z, k) => {
  const [x, y] = [Math.cos(Math.PI * u[0]), Math.sin(Math.PI * u[0])]
  const [a, b] = k % 2 === 0 ? [x - 0.5, y - 0.25] : [0.5 - x, 0.25 - y]
  return [2 * a + 0.2 * z[0], 2 * b + 0.2 * z[1]]
}

const spiral: Point = (u, z, k) => {
  const turn = 3 * Math.PI * Math.sqrt(u[0])
  const arm = (k % 2 === 0 ? 1 : -1) / 3
  return [arm * turn * Math.cos(turn) + 0.12 * z[0], arm * turn * Math.sin(turn) + 0.12 * z[1]]
}

const ring: Point = (u, z, k) => {
  const [radius, angle] = [0.75 * (k + 1), 2 * Math.PI * u[0]]
  return [radius * Math.cos(angle) + 0.08 * z[0], radius * Math.sin(angle) + 0.08 * z[1]]
}

/** The eight dark fields of a 4×4 board of side 8. */
function board(): NoiseDistribution {
  const fields = Array.from({ length: 16 }, (_, i) => [i % 4, Math.floor(i / 4)]).filter(
    ([column, row]) => (column + row) % 2 === 0,
  )
  return mixtureNoise(
    fields.map(([column, row]) => {
      const low = [2 * column - 4, 2 * row - 4]
      return uniformNoise({ low, high: low.map(value => value + 2) })
    }),
  )
}

function circleOfGaussians(): NoiseDistribution {
  const angles = Array.from({ length: 8 }, (_, i) => (i * Math.PI) / 4)
  return mixtureNoise(
    angles.map(angle =>
      gaussianNoise({ mean: [3 * Math.cos(angle), 3 * Math.sin(angle)], deviation: [0.4, 0.4] }),
    ),
  )
}

/** The sets of the page; about as wide as −4 … 4. */
export const dataSets: Readonly<Record<DataSetName, () => DataSet>> = {
  gaussian: () =>
    known(
      gaussianNoise({
        mean: [0.5, -0.5],
        covariance: [
          [1.5, 0.9],
          [0.9, 1],
        ],
      }),
    ),
  moons: () => drawn(moon),
  spirals: () => drawn(spiral),
  rings: () => drawn(ring),
  checkerboard: () => known(board()),
  gaussians: () => known(circleOfGaussians()),
}
