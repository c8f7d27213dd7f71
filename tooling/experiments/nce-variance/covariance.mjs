// The asymptotic covariance of binary NCE (Gutmann and Hyvärinen 2012), by quadrature.
import { inverse } from './algebra.mjs'

/**
 * A population: quadrature nodes x with p(x)·weight, log p(x) − log q(x) and g(x) = ∇ log p_θ(x) in `k` numbers.
 * @typedef {{ k: number, mass: Float64Array, logRatio: Float64Array, features: Float64Array }} Population
 */

/**
 * n·Cov(θ̂) → Σ = I⁻¹ − (1 + 1/ν) I⁻¹ m mᵀ I⁻¹ with P = νq/(p + νq), I = E_p[P g gᵀ], m = E_p[P g].
 * ν = ∞ is maximum likelihood. `information` is I, the Hessian of the loss at its optimum.
 * @param {Population} population @param {number} noiseRatio
 */
export function nceCovariance({ k, mass, logRatio, features }, noiseRatio) {
  const information = new Float64Array(k * k)
  const mean = new Float64Array(k)
  for (let i = 0; i < mass.length; i++) {
    const posterior =
      noiseRatio === Number.POSITIVE_INFINITY ? 1 : 1 / (1 + Math.exp(logRatio[i]) / noiseRatio)
    const weight = mass[i] * posterior
    if (weight === 0) continue
    for (let a = 0; a < k; a++) {
      const weighted = weight * features[i * k + a]
      mean[a] += weighted
      for (let b = 0; b <= a; b++) information[a * k + b] += weighted * features[i * k + b]
    }
  }
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) information[b * k + a] = information[a * k + b]
  const covariance = inverse(information, k)
  const pulled = new Float64Array(k)
  for (let a = 0; a < k; a++) for (let b = 0; b < k; b++) pulled[a] += covariance[a * k + b] * mean[b]
  for (let a = 0; a < k; a++) {
    for (let b = 0; b < k; b++) covariance[a * k + b] -= (1 + 1 / noiseRatio) * pulled[a] * pulled[b]
  }
  return { covariance, information }
}

/**
 * n·Var of what a family reports: the diagonal of J Σ Jᵀ for its diagonal Jacobian J.
 * @param {{ population: () => Population, jacobian: number[] }} family @param {number} noiseRatio
 */
export function closedForm(family, noiseRatio, population = family.population()) {
  const { covariance } = nceCovariance(population, noiseRatio)
  return family.jacobian.map((slope, a) => slope * slope * covariance[a * population.k + a])
}
