import { figure, mean, quantile, table, variance } from './format.mjs'
import { slopeCells } from './slope.mjs'

/** @param {number[][][]} results rows of each slope cell: (NCE, MLE) as multiples of the asymptotic MLE error */
export function slopeTable(results) {
  const cells = slopeCells.map((cell, at) => {
    const [nce, mle] = [0, 1].map(i => results[at].map(row => row[i]).filter(Number.isFinite))
    const middle = quantile(
      [...nce].sort((a, b) => a - b),
      0.5,
    )
    const spread = Math.sqrt(variance(nce) / nce.length) / mean(nce)
    return { ...cell, nce: mean(nce), mle: mean(mle), middle, spread, lost: results[at].length - nce.length }
  })
  const ratios = [...new Set(cells.map(cell => cell.noiseRatio))]
  const lines = ratios.map(noiseRatio => {
    const of = cells.filter(cell => cell.noiseRatio === noiseRatio)
    const [slope, error] = fitted(of, cell => Math.log(cell.nce / cell.count))
    const [middle] = fitted(of, cell => Math.log(cell.middle / cell.count))
    const [likely] = fitted(of, cell => Math.log(cell.mle / cell.count))
    const large = of.filter(cell => cell.count >= 1000)
    const [tail, tailError] = fitted(large, cell => Math.log(cell.nce / cell.count))
    return `- ν = ${noiseRatio}: slope of log MSE in log n ${slope.toFixed(3)} ± ${error.toFixed(3)}, from n = 1000 on ${tail.toFixed(3)} ± ${tailError.toFixed(3)}; of the median ${middle.toFixed(3)}; of maximum likelihood ${likely.toFixed(3)}.`
  })
  return [
    '## 5-D Gaussian precision, q = p: how the error falls with n\n',
    table(
      ['ν', 'n', 'n·MSE / asymptotic MLE ± SE', '1 + 1/ν', 'same data, MLE', 'NCE / MLE', 'without optimum'],
      cells.map(cell => [
        cell.noiseRatio,
        cell.count,
        `${figure(cell.nce)} ± ${(cell.nce * cell.spread).toPrecision(2)}`,
        1 + 1 / cell.noiseRatio,
        figure(cell.mle),
        figure(cell.nce / cell.mle),
        cell.lost,
      ]),
    ),
    `\n${lines.join('\n')}\n`,
  ].join('\n')
}

/** Least squares of `value` on log n: the slope and its standard error from the spread of each cell. */
function fitted(cells, value) {
  const x = cells.map(cell => Math.log(cell.count))
  const centre = mean(x)
  const square = x.reduce((sum, at) => sum + (at - centre) ** 2, 0)
  const slope = cells.reduce((sum, cell, i) => sum + (x[i] - centre) * value(cell), 0) / square
  const error =
    Math.sqrt(cells.reduce((sum, { spread }, i) => sum + ((x[i] - centre) * spread) ** 2, 0)) / square
  return [slope, error]
}
