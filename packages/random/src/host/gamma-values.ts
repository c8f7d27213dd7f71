import type { RandomKey } from '@chiaro/core'
import { foldIn } from './key.ts'
import { normalValues } from './normal-values.ts'
import { unitValues } from './unit-values.ts'

/**
 * `count` Gamma(shape, 1) numbers, exact (Marsaglia and Tsang 2000): with d = shape − 1/3 and c = 1/√(9d), d·v for
 * v = (1 + c·z)³ is kept when log u < z²/2 + d − d·v + d·log v; the rejected (under 5%) are drawn again from the key of
 * their attempt. A shape below 1 takes Gamma(shape + 1)·u^(1/shape).
 *
 * @example
 * ```ts
 * import { gammaValues, key } from '@chiaro/random'
 *
 * // Of scale 1: the mean is the shape. Shares that sum to one (Dirichlet) are gammas over their sum.
 * const gammas = gammaValues(key(1), 3, 0.5)
 * const sum = gammas.reduce((total, value) => total + value, 0)
 * console.log(gammas.map(value => value / sum))
 * ```
 */
export function gammaValues(key: RandomKey, count: number, shape: number): Float64Array {
  const raised = shape < 1 ? shape + 1 : shape
  const d = raised - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  const values = new Float64Array(count)
  let pending = Array.from({ length: count }, (_, i) => i)
  for (let attempt = 1; pending.length > 0; attempt++) {
    const z = normalValues(foldIn(key, 2 * attempt), pending.length)
    const u = unitValues(foldIn(key, 2 * attempt + 1), pending.length)
    pending = pending.filter((i, p) => {
      const v = (1 + c * z[p]) ** 3
      if (!(v > 0) || Math.log(u[p]) >= z[p] ** 2 / 2 + d - d * v + d * Math.log(v)) return true
      values[i] = d * v
      return false
    })
  }
  if (raised === shape) return values
  const boost = unitValues(foldIn(key, 0), count)
  return values.map((value, i) => value * boost[i] ** (1 / shape))
}
