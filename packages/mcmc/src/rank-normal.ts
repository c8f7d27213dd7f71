/**
 * Draws replaced by normal scores of their ranks in all chains together (Vehtari et al. 2021, eq. 14):
 * z = Φ⁻¹((rank − 3/8)/(S + 1/4)), ties sharing their mean rank. What is finite in distribution becomes normal.
 */
export function rankNormalized(chains: readonly Float64Array[]): Float64Array[] {
  const all = chains.flatMap((draws, chain) => Array.from(draws, (value, draw) => ({ value, chain, draw })))
  all.sort((a, b) => a.value - b.value)
  const scores = chains.map(draws => new Float64Array(draws.length))
  for (let first = 0; first < all.length; ) {
    let next = first + 1
    while (next < all.length && all[next].value === all[first].value) next++
    const rank = (first + 1 + next) / 2
    const score = normalQuantile((rank - 0.375) / (all.length + 0.25))
    for (; first < next; first++) scores[all[first].chain][all[first].draw] = score
  }
  return scores
}

const centralCoefficients = {
  numerator: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ],
  denominator: [
    -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1,
  ],
}
const tailCoefficients = {
  numerator: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  denominator: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
}

/** Φ⁻¹ by Acklam's rational approximations (2003): relative error below 1.2e-9 for 0 < p < 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p))
    return polynomial(tailCoefficients.numerator, q) / polynomial(tailCoefficients.denominator, q)
  }
  const q = p - 0.5
  const r = q * q
  return (q * polynomial(centralCoefficients.numerator, r)) / polynomial(centralCoefficients.denominator, r)
}

/** By Horner, highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}
