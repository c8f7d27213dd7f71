/** What a pair that always exchanges counts for, so that it stays a pair. */
const leastRejection = 1e-3

/**
 * Inverse temperatures moved to where all neighbours refuse alike (Syed et al. 2022, section 5.4): the sum of rejections
 * from 0 to β, a straight line between the rungs, is cut into equal parts.
 *
 * @param betas 0 = β₀ < … < β_R = 1
 * @param rejections 1 − mean exchange probability of rungs r and r + 1, [R]
 */
export function evenedLadder(betas: readonly number[], rejections: readonly number[]): readonly number[] {
  const sums = [0]
  for (const rejection of rejections) sums.push((sums.at(-1) as number) + Math.max(rejection, leastRejection))
  const last = betas.length - 1
  return betas.map((beta, r) =>
    r === 0 || r === last ? beta : interpolated(sums, betas, (sums[last] * r) / last),
  )
}

/** The value at x of the line through points whose xs rise; beyond them, the nearest one's. */
export function interpolated(xs: readonly number[], ys: readonly number[], x: number): number {
  const after = xs.findIndex(at => at >= x)
  if (after === 0) return ys[0]
  if (after < 0) return ys[ys.length - 1]
  const share = (x - xs[after - 1]) / (xs[after] - xs[after - 1])
  return ys[after - 1] + share * (ys[after] - ys[after - 1])
}
