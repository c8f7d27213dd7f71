// Five two-dimensional densities, as FFJORD and its successors draw them. Each draws from a key, and names its
// entropy in nats: what no model's mean negative log-likelihood can go below.
import { integerValues, normalValues, split, uniformValues } from '@chiaro/random'

/**
 * @typedef {(key: import('@chiaro/core').RandomKey, count: number) => Float32Array} Draw rows of two numbers
 * @typedef {{ draw: Draw, entropy: number }} DensitySet
 */

/** Draws point by point: `point` gets four uniforms in [0, 1), three normals and a whole number below 8. */
const drawing = point => (key, count) => {
  const [ofUniforms, ofNormals, ofIntegers] = split(key, 3)
  const u = uniformValues(ofUniforms, 4 * count)
  const z = normalValues(ofNormals, 2 * count)
  const k = integerValues(ofIntegers, count, { maximum: 8 })
  const rows = new Float32Array(2 * count)
  for (let i = 0; i < count; i++) {
    const [x, y] = point(u.subarray(4 * i, 4 * i + 4), z.subarray(2 * i, 2 * i + 2), k[i])
    rows[2 * i] = x
    rows[2 * i + 1] = y
  }
  return rows
}

/** @type {Readonly<Record<string, DensitySet>>} */
export const densitySets = {
  checkerboard: {
    entropy: Math.log(32),
    draw: drawing((u, _, k) => {
      const x = 4 * u[0] - 2
      const y = u[1] - 2 * (k % 2) + (((Math.floor(x) % 2) + 2) % 2)
      return [2 * x, 2 * y]
    }),
  },
  '8gaussians': {
    entropy: 2.835,
    draw: drawing((_, z, k) => {
      const angle = (k * Math.PI) / 4
      return [
        (4 * Math.cos(angle) + 0.5 * z[0]) / Math.SQRT2,
        (4 * Math.sin(angle) + 0.5 * z[1]) / Math.SQRT2,
      ]
    }),
  },
  rings: {
    entropy: 2.626,
    draw: drawing((u, z, k) => {
      const radius = 3 * (1 - (k % 4) / 4)
      const angle = 2 * Math.PI * u[0]
      return [radius * Math.cos(angle) + 0.08 * z[0], radius * Math.sin(angle) + 0.08 * z[1]]
    }),
  },
  '2spirals': {
    entropy: 2.649,
    draw: drawing((u, z, k) => {
      const n = Math.sqrt(u[0]) * 3 * Math.PI
      const arm = k % 2 === 0 ? 1 / 3 : -1 / 3
      const x = -Math.cos(n) * n + 0.5 * u[1]
      const y = Math.sin(n) * n + 0.5 * u[2]
      return [arm * x + 0.1 * z[0], arm * y + 0.1 * z[1]]
    }),
  },
  moons: {
    entropy: 1.012,
    draw: drawing((u, z, k) => {
      const [x, y] = [Math.cos(Math.PI * u[0]), Math.sin(Math.PI * u[0])]
      const [a, b] = k % 2 === 0 ? [x, y] : [1 - x, 0.5 - y]
      return [a + 0.1 * z[0], b + 0.1 * z[1]]
    }),
  },
}
