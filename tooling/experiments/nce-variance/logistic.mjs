/**
 * Adds the gradient and the Hessian of scale·Σ softplus(side·line·t(x)), side −1 for data and 1 for noise.
 * @param {Float32Array} points rows of `width`
 * @param {number} width
 * @param {(points: Float32Array, at: number, into: Float64Array) => Float64Array} statistics t of the row at `at`
 * @param {Float64Array} line
 * @param {1 | -1} side @param {number} scale @param {Float64Array} gradient @param {Float64Array} hessian
 */
export function addLogistic(points, width, statistics, line, side, scale, gradient, hessian) {
  const k = line.length
  const t = new Float64Array(k)
  for (let at = 0; at < points.length; at += width) {
    statistics(points, at, t)
    let exponent = 0
    for (let a = 0; a < k; a++) exponent += line[a] * t[a]
    const u = 1 / (1 + Math.exp(-side * exponent))
    const w = scale * u * (1 - u)
    for (let a = 0; a < k; a++) {
      gradient[a] += side * scale * u * t[a]
      const weighted = w * t[a]
      for (let b = 0; b <= a; b++) hessian[a * k + b] += weighted * t[b]
    }
  }
  for (let a = 0; a < k; a++) for (let b = 0; b < a; b++) hessian[b * k + a] = hessian[a * k + b]
}
