import type { Matrix } from '@chiaro/core'
import type { HostRows } from './host-rows.ts'

/** |L⁻¹(x_i − centre)|² of every row, in float64, from the lower triangle L⁻¹. */
export function squaredDistances(
  { values, n, d }: HostRows,
  centre: readonly number[],
  inverse: Matrix,
): Float64Array<ArrayBuffer> {
  const distances = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let sum = 0
    for (let j = 0; j < d; j++) {
      let white = 0
      for (let k = 0; k <= j; k++) white += inverse[j][k] * (values[i * d + k] - centre[k])
      sum += white * white
    }
    distances[i] = sum
  }
  return distances
}
