// One parameter of N(0, 1), normalised model: as ν → ∞ the best noise is p times |g|, g the parameter's own score.
import { nceCovariance } from './covariance.mjs'
import { figure, table } from './format.mjs'
import { compositeRule } from './quadrature.mjs'

/** Parameter, the noise in words, its score; target n·Var at ν = 1, with q = p, and its excess times ν. */
const parameters = [
  ['mean', 'p·abs(x)', x => x, 1.567, 2, 0.6366, 1],
  ['variance', 'p·abs(x² − 1)', x => (x * x - 1) / 2, 2.681, 4, 0.9368, 2],
]

export function optimalNoiseTable() {
  const { x, w } = compositeRule(-12, 12, 96)
  const mass = x.map((at, i) => (w[i] * Math.exp(-0.5 * at * at)) / Math.sqrt(2 * Math.PI))
  const rows = parameters.flatMap(([name, noise, score, best, plain, bestExcess, plainExcess]) => {
    const features = x.map(score)
    const scale = features.reduce((sum, value, i) => sum + mass[i] * Math.abs(value), 0)
    const tilted = features.map(value => Math.log(scale) - Math.log(Math.abs(value)))
    const row = (label, logRatio, expected, expectedExcess) => {
      const at = ratio => nceCovariance({ k: 1, mass, logRatio, features }, ratio).covariance[0]
      const excess = 1e5 * (at(1e5) - at(Number.POSITIVE_INFINITY))
      return [name, label, `${figure(at(1))} (${expected})`, `${figure(excess)} (${expectedExcess})`]
    }
    return [row('p', new Float64Array(x.length), plain, plainExcess), row(noise, tilted, best, bestExcess)]
  })
  const head = ['of', 'noise ∝', 'n·Var at ν = 1', 'ν·(n·Var − MLE) at ν = 10⁵']
  return `Computed (target).\n\n${table(head, rows)}`
}
