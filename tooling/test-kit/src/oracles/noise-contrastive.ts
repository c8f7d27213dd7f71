import { logSumExp } from './log-sum-exp.ts'

/** log(1 + eˣ) in float64. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
}

/** E_data[−log σ(G)] + ν·E_noise[−log(1 − σ(G))] with G = log ratio − log ν (docs/notes.md eq. 1.3). */
export function binaryNce(data: ArrayLike<number>, noise: ArrayLike<number>, noiseRatio: number): number {
  const shift = Math.log(noiseRatio)
  const mean = (values: ArrayLike<number>, f: (value: number) => number) =>
    Array.from(values).reduce((sum, value) => sum + f(value), 0) / values.length
  return mean(data, r => softplus(shift - r)) + noiseRatio * mean(noise, r => softplus(r - shift))
}

/** mean_i [log Σ_j exp r_ij − r_i,positive] (docs/notes.md eq. 1.13). */
export function rankingNce(logRatios: readonly (readonly number[])[], positive = 0): number {
  return logRatios.reduce((sum, row) => sum + logSumExp(row) - row[positive], 0) / logRatios.length
}
