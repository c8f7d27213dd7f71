import { logSumExp } from './log-sum-exp.ts'

/** Rows of numbers, float64. */
type Rows = readonly (readonly number[])[]

/** −Σ_j log σ(y_ij·z_ij) for each row of logits, y = 1 on the diagonal and −1 elsewhere (Zhai et al. 2023). */
export function sigmoidRows(logits: Rows): number[] {
  return logits.map((row, i) =>
    row.reduce((sum, z, j) => {
      const x = i === j ? -z : z
      return sum + Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
    }, 0),
  )
}

/** What the debiased losses are told: class prior, concentration, 1/τ. */
export interface DebiasedOracle {
  readonly tauPlus: number
  /** 0: Chuang et al. 2020; above: Robinson et al. 2021. */
  readonly beta?: number
  readonly scale: number
}

/**
 * −log(e^{z_p} / (e^{z_p} + N_g)) for the anchors of V stacked views, averaged over an anchor's positives, with
 * N_g = max((Σ w_j·e^{z_j} − τ⁺·N·e^{z_p}) / (1 − τ⁺), N·e^{−1/τ}) and w_j = e^{βz_j} over its mean. By the printed
 * formulas, in float64, where e^{±500} is a number; and whether an anchor met the lower bound.
 */
export function debiasedRows(logits: Rows, views: number, options: DebiasedOracle) {
  const { tauPlus, beta = 0, scale } = options
  const n = logits.length / views
  return logits.map((row, i) => {
    const negatives = row.filter((_, j) => j % n !== i % n)
    const count = negatives.length
    const positives = row.filter((_, j) => j !== i && j % n === i % n)
    const mean = negatives.reduce((sum, z) => sum + Math.exp(beta * z), 0) / count
    const reweighted = negatives.reduce((sum, z) => sum + (Math.exp(beta * z) / mean) * Math.exp(z), 0)
    let loss = 0
    let clamped = false
    for (const p of positives) {
      const estimate = (reweighted - tauPlus * count * Math.exp(p)) / (1 - tauPlus)
      const bound = count * Math.exp(-scale)
      if (count > 0 && !(estimate > bound)) clamped = true
      loss += count === 0 ? 0 : Math.log1p(Math.max(estimate, bound) / Math.exp(p)) / positives.length
    }
    return { loss, clamped }
  })
}

/** mean ‖x_i − y_i‖^α (Wang and Isola 2020). */
export function alignment(x: Rows, y: Rows, exponent = 2): number {
  return x.reduce((sum, row, i) => sum + squaredDistance(row, y[i]) ** (exponent / 2), 0) / x.length
}

/** log mean_{i<j} exp(−t‖x_i − x_j‖²). */
export function uniformity(x: Rows, t = 2): number {
  const terms: number[] = []
  for (let i = 0; i < x.length; i++) for (let j = 0; j < i; j++) terms.push(-t * squaredDistance(x[i], x[j]))
  return logSumExp(terms) - Math.log(terms.length)
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, c) => sum + (value - b[c]) ** 2, 0)
}
