import { binaryCells, rankingCells } from './cells.mjs'
import { closedForm } from './covariance.mjs'
import { figure, mean, quantile, table, variance } from './format.mjs'

/** Half the interquartile range of a standard normal. */
const quartile = 0.6744897501960817

/** @param {number[][][]} results rows of each cell @param {number} replicates */
export function simulationTables(results, replicates) {
  const closed = binaryCells.map(cell => closedForm(cell.family, cell.noiseRatio))
  const binary = binaryCells.flatMap((cell, at) =>
    cell.entries.map(entry =>
      compared(
        cell,
        entry,
        results[at],
        sumOver(entry.of, i => closed[at][i]),
      ),
    ),
  )
  const ranking = rankingCells.flatMap((cell, i) =>
    cell.entries.map(entry => compared(cell, entry, results[binaryCells.length + i], entry.closed)),
  )
  return [
    '## Binary NCE, n·Var\n',
    asTable(binary),
    `\n${summary(binary, replicates)}`,
    '\n## Ranking NCE with K negatives from q = p: (1 + 1/K)·MLE, as binary NCE with ν = K\n',
    asTable(ranking),
    `\n${summary(ranking, replicates)}\n`,
  ].join('\n')
}

const sumOver = (places, value) => places.reduce((sum, i) => sum + value(i), 0)

function compared(cell, entry, rows, closed) {
  const converged = rows.filter(row => row.every(Number.isFinite))
  const column = i => converged.map(row => row[i])
  const simulated = cell.count * sumOver(entry.of, i => variance(column(i)))
  const robust = cell.count * sumOver(entry.of, i => robustVariance(column(i)))
  const truth = cell.family.report(cell.family.truth)
  const bias = cell.count * sumOver(entry.of, i => (mean(column(i)) - truth[i]) ** 2)
  const error = Math.sqrt(2 / converged.length) * simulated
  const lost = rows.length - converged.length
  return { cell, entry, closed, simulated, robust, bias, error, lost, ratio: simulated / closed }
}

/** (interquartile range / 1.349)²: the variance of a normal sample, whatever its tails. */
function robustVariance(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return ((quantile(sorted, 0.75) - quantile(sorted, 0.25)) / (2 * quartile)) ** 2
}

const outside = ({ ratio }) => Math.abs(ratio - 1) > 0.2

function asTable(rows) {
  return table(
    [
      'model',
      'noise',
      'ν',
      'n',
      'of',
      'target',
      'closed form',
      'simulated ± SE',
      'ratio',
      'by quartiles',
      'n·bias²',
    ],
    rows.map(row => [
      row.cell.group,
      row.cell.noise,
      row.cell.noiseRatio,
      row.cell.count,
      row.entry.name,
      row.entry.target ?? '',
      figure(row.closed),
      `${figure(row.simulated)} ± ${row.error.toPrecision(2)}`,
      `${row.ratio.toFixed(3)}${outside(row) ? ' (outside 20 %)' : ''}${row.lost > 0 ? ` (${row.lost} without optimum)` : ''}`,
      (row.robust / row.closed).toFixed(3),
      figure(row.bias),
    ]),
  )
}

function summary(rows, replicates) {
  const relative = Math.sqrt(2 / replicates)
  const scores = rows.map(row => (row.ratio - 1) / relative)
  const beyond = limit => scores.filter(score => Math.abs(score) > limit).length
  const worst = [...rows].sort((a, b) => Math.abs(b.ratio - 1) - Math.abs(a.ratio - 1)).slice(0, 3)
  const named = row =>
    `${row.cell.group} ${row.cell.noise} ν = ${row.cell.noiseRatio} ${row.entry.name} ${row.ratio.toFixed(3)}`
  const aimed = rows.filter(row => row.entry.target !== undefined)
  const apart = Math.max(...aimed.map(row => Math.abs(row.entry.target / row.closed - 1)))
  const expected = rows.length * 2 * normalTail(0.2 / relative)
  return [
    `${rows.filter(outside).length} of ${rows.length} entries outside 20 %; with the relative SE √(2/R) = ${relative.toFixed(4)}, chance predicts ${figure(expected)}.`,
    `Beyond 2 SE: ${beyond(2)} (chance ${(0.0455 * rows.length).toFixed(1)}); beyond 3 SE: ${beyond(3)} (chance ${(0.0027 * rows.length).toFixed(1)}). Mean ratio ${mean(rows.map(row => row.ratio)).toFixed(4)}.`,
    `Farthest: ${worst.map(named).join('; ')}.`,
    ...(aimed.length > 0 ? [`Target and closed form differ by at most ${(100 * apart).toFixed(2)} %.`] : []),
  ]
    .map(line => `- ${line}`)
    .join('\n')
}

/** P(Z > z) by the continued fraction of Mills' ratio; z is 1 or more here. */
function normalTail(z) {
  let fraction = z
  for (let i = 200; i > 0; i--) fraction = z + i / fraction
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI) / fraction
}
