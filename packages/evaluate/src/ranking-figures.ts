import type { Standing } from './ranks.ts'

// Each is the expectation over the orders of candidates that tie, in closed form, and 1 for a perfect order.

/**
 * 1/rank of the first right answer (Voorhees 1999). Where t wrong and r right ones tie behind b, the first right one is the
 * j-th of them with probability p_j = C(t + r − j, r − 1)/C(t + r, r):
 *
 *   Σ_{j = 1}^{t + 1} p_j/(b + j).
 */
export function reciprocalRank([{ better, tied, tiedRight }]: Standing): number {
  const size = tied + tiedRight
  let probability = tiedRight / size
  let sum = 0
  for (let j = 1; j <= tied + 1; j++) {
    sum += probability / (better + j)
    // C(n − 1, k)/C(n, k) = (n − k)/n, with n = size − j and k = tiedRight − 1.
    probability *= (tied + 1 - j) / (size - j)
  }
  return sum
}

/**
 * NDCG of R right answers of equal gain (Järvelin and Kekäläinen 2002, the discount log₂(1 + rank)):
 *
 *   Σ_right 1/log₂(1 + rank) / Σ_{i = 1}^{R} 1/log₂(1 + i);
 *
 * one that ties has the mean of the places that are tied for.
 */
export function discountedGain(standing: Standing): number {
  let [gain, best, before] = [0, 0, 0]
  for (const { better, tied, tiedRight } of standing) {
    const from = better + before
    const size = tied + tiedRight
    let discounts = 0
    for (let place = from + 1; place <= from + size; place++) discounts += 1 / Math.log2(1 + place)
    gain += (tiedRight * discounts) / size
    for (let i = before + 1; i <= before + tiedRight; i++) best += 1 / Math.log2(1 + i)
    before += tiedRight
  }
  return gain / best
}

/**
 * Average precision at R, of R right answers (Musgrave et al. 2020, §3.2):
 *
 *   1/R Σ_{i = 1}^{R} P(i)·[the i-th is right],  P(i) the share of right ones among the first i.
 *
 * Where r of g that tie are right, place i among them is right with probability r/g, and each tied place before it then
 * with (r − 1)/(g − 1).
 */
export function averagePrecisionAtR(standing: Standing): number {
  const total = standing.reduce((sum, { tiedRight }) => sum + tiedRight, 0)
  let [sum, before] = [0, 0]
  for (const { better, tied, tiedRight } of standing) {
    const from = better + before
    const size = tied + tiedRight
    for (let place = from + 1; place <= Math.min(total, from + size); place++) {
      const others = size === 1 ? 0 : ((place - from - 1) * (tiedRight - 1)) / (size - 1)
      sum += ((tiedRight / size) * (before + 1 + others)) / place
    }
    before += tiedRight
  }
  return sum / total
}
