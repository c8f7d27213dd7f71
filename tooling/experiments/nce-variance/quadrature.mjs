// Composite Gauss–Legendre rules: exact to rounding for smooth integrands, and with breaks at whole numbers for
// those with a kink at 0 or ±1 too.

/**
 * Nodes and weights of the Gauss–Legendre rule on [−1, 1], by Newton's method on the Legendre polynomial.
 * @param {number} points
 */
function gaussLegendre(points) {
  const nodes = new Float64Array(points)
  const weights = new Float64Array(points)
  for (let i = 0; i < points; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (points + 0.5))
    let slope = 0
    for (let iteration = 0; iteration < 20; iteration++) {
      let [before, value] = [1, x]
      for (let n = 2; n <= points; n++) {
        ;[before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n]
      }
      slope = (points * (x * value - before)) / (x * x - 1)
      x -= value / slope
    }
    nodes[i] = x
    weights[i] = 2 / ((1 - x * x) * slope * slope)
  }
  return { nodes, weights }
}

/**
 * A rule on [from, to] of `pieces` equal pieces with `points` nodes each.
 * @param {number} from @param {number} to @param {number} pieces @param {number} [points]
 */
export function compositeRule(from, to, pieces, points = 16) {
  const { nodes, weights } = gaussLegendre(points)
  const half = (to - from) / pieces / 2
  const x = new Float64Array(pieces * points)
  const w = new Float64Array(pieces * points)
  for (let piece = 0; piece < pieces; piece++) {
    for (let i = 0; i < points; i++) {
      x[piece * points + i] = from + half * (2 * piece + 1 + nodes[i])
      w[piece * points + i] = half * weights[i]
    }
  }
  return { x, w }
}

/**
 * Σ w_i f(x_i).
 * @param {{ x: Float64Array, w: Float64Array }} rule @param {(x: number) => number} f
 */
export function integrate({ x, w }, f) {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += w[i] * f(x[i])
  return sum
}
