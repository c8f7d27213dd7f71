// Damped Newton for the logistic losses. Those of an exponential family are convex, so a step that turns the slope
// along itself round by more than it was is too long; halving it needs no loss, hence no logarithm a point.
import { cholesky, dot, solve } from './algebra.mjs'

/**
 * @param {(theta: Float64Array, gradient: Float64Array, hessian: Float64Array) => void} evaluate adds into zeros
 * @param {ArrayLike<number>} start
 * @param {{ count: number, tolerance?: number, most?: number }} options `tolerance` bounds gᵀH⁻¹g·count before the
 *   last step, which squares it again where the Hessian is exact: the step is then far below one standard error
 * @returns {{ theta: Float64Array, converged: boolean }}
 */
export function minimise(evaluate, start, { count, tolerance = 1e-7, most = 40 }) {
  const k = start.length
  let theta = Float64Array.from(start)
  let gradient = new Float64Array(k)
  let hessian = new Float64Array(k * k)
  evaluate(theta, gradient, hessian)
  for (let iteration = 0; iteration < most; iteration++) {
    const step = solve(cholesky(hessian, k), gradient)
    const slope = dot(gradient, step)
    if (slope * count < tolerance) return { theta: moved(theta, step, 1), converged: true }
    let accepted = false
    for (let scale = 1; scale > 1e-3 && !accepted; scale /= 2) {
      const next = moved(theta, step, scale)
      gradient = new Float64Array(k)
      hessian = new Float64Array(k * k)
      evaluate(next, gradient, hessian)
      accepted = Math.abs(dot(gradient, step)) < slope
      if (accepted) theta = next
    }
    if (!accepted) return { theta, converged: false }
  }
  return { theta, converged: false }
}

/** @param {Float64Array} theta @param {Float64Array} step @param {number} scale */
const moved = (theta, step, scale) => theta.map((value, i) => value - scale * step[i])
