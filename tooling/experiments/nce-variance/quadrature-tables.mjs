import { binaryCells } from './cells.mjs'
import { nceCovariance } from './covariance.mjs'
import { flatnessTable } from './flatness.mjs'
import { figure, table } from './format.mjs'
import { optimalNoiseTable } from './optimal-noise.mjs'

/** Everything that needs no sample. */
export function noiseTables() {
  return [
    '## q = p is (1 + 1/ν)·MLE, by quadrature\n',
    matchedTable(),
    '\n## n·Var against ν, by quadrature, over ν = 10⁻¹ … 10⁴\n',
    monotoneTable(),
    '\n## Flatness of the loss when data and noise are R apart (Liu 2021), by quadrature\n',
    flatnessTable(),
    '\n## Noise that is better than q = p (Chehab 2022), by quadrature\n',
    optimalNoiseTable(),
    '',
  ].join('\n')
}

/** One family a noise: the closed form takes ν as an argument. */
const families = binaryCells.filter(
  ({ group, noise }, at) =>
    binaryCells.findIndex(other => other.group === group && other.noise === noise) === at,
)

/** n·Var of each entry of a cell at ν. */
function variances({ family, entries }, population, noiseRatio) {
  const { covariance } = nceCovariance(population, noiseRatio)
  const { k } = population
  return entries.map(({ of }) =>
    of.reduce((sum, i) => sum + family.jacobian[i] ** 2 * covariance[i * k + i], 0),
  )
}

function matchedTable() {
  const matched = families.filter(
    ({ group, noise }) => noise === 'p' || (group === '1-D Gaussian' && noise === 'N(0, 1)'),
  )
  const rows = matched.flatMap(cell => {
    const population = cell.family.population()
    const mle = variances(cell, population, Number.POSITIVE_INFINITY)
    return [1, 5, 10, 100].map(noiseRatio => {
      const values = variances(cell, population, noiseRatio)
      const apart = Math.max(
        ...values.map((value, i) => Math.abs(value / ((1 + 1 / noiseRatio) * mle[i]) - 1)),
      )
      return [
        cell.group,
        noiseRatio,
        mle.map(figure).join(', '),
        values.map(figure).join(', '),
        apart.toExponential(1),
      ]
    })
  })
  return table(
    ['model', 'ν', 'n·Var, MLE', 'n·Var, NCE', 'largest relative distance from (1 + 1/ν)·MLE'],
    rows,
  )
}

function monotoneTable() {
  const grid = Array.from({ length: 101 }, (_, i) => 10 ** (-1 + i / 20))
  const rows = families.flatMap(cell => {
    const population = cell.family.population()
    const mle = variances(cell, population, Number.POSITIVE_INFINITY)
    const curve = grid.map(noiseRatio => variances(cell, population, noiseRatio))
    return cell.entries.map(({ name }, i) => {
      const rises = grid.filter((_, at) => at > 0 && curve[at][i] >= curve[at - 1][i])
      const verdict =
        rises.length === 0 ? 'falls throughout' : `rises into ν = ${rises.map(figure).join(', ')}`
      return [cell.group, cell.noise, name, verdict, figure(curve.at(-1)[i]), figure(mle[i])]
    })
  })
  return table(['model', 'noise', 'of', `${grid.length} values of ν`, 'at ν = 10⁴', 'MLE'], rows)
}
