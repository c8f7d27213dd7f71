/**
 * Weights that change, with draws in logarithmic time: a binary indexed tree of partial sums (Fenwick 1994). Sums of
 * integers below 2⁵³ are exact.
 */
export interface WeightTree {
  readonly weights: Float64Array
  total(): number
  add(index: number, amount: number): void
  /** The index i with Σ_{j<i} w_j ≤ mass < Σ_{j≤i} w_j, for 0 ≤ mass < total. */
  find(mass: number): number
}

export function weightTree(initial: ArrayLike<number>): WeightTree {
  const n = initial.length
  const weights = Float64Array.from(initial)
  // Node i, from 1, holds the sum of the i & −i weights that end at it.
  const sums = new Float64Array(n + 1)
  sums.set(weights, 1)
  for (let i = 1; i <= n; i++) {
    const parent = i + (i & -i)
    if (parent <= n) sums[parent] += sums[i]
  }
  let total = weights.reduce((sum, weight) => sum + weight, 0)
  const highest = 2 ** Math.floor(Math.log2(Math.max(1, n)))
  return {
    weights,
    total: () => total,
    add(index, amount) {
      weights[index] += amount
      total += amount
      for (let i = index + 1; i <= n; i += i & -i) sums[i] += amount
    },
    find(mass) {
      let [at, rest] = [0, mass]
      for (let step = highest; step >= 1; step /= 2) {
        if (at + step > n || sums[at + step] > rest) continue
        at += step
        rest -= sums[at]
      }
      return at
    },
  }
}
