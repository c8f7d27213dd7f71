import type { LogPartitionEstimate } from '@chiaro/evaluate'
import type { DensityReport } from './report.ts'

/** Above it chains do not agree on the density that they all are to follow. */
const mostDisagreement = 1.05

type Figure = Pick<LogPartitionEstimate, 'logPartition' | 'standardError'>

/** A report as sentences. */
export function densityInWords(report: DensityReport): string[] {
  const { impossibleRows, logPartition, adequacy } = report
  const { auc, effectiveSampleSize, advice } = adequacy
  return [
    likelihoodInWords(report),
    ...(impossibleRows > 0
      ? [
          `${impossibleRows} held-out rows lie where the noise is 0, have density 0 and are left out; ` +
            'another noise, or a larger noise scale, reaches them',
        ]
      : []),
    ...partitionInWords(logPartition),
    ...chainsInWords(report),
    `noise: data are told from it with an AUC of ${auc.toFixed(3)}; ` +
      `${effectiveSampleSize.toFixed(0)} of its rows count as data. ${advice.join(' ')}`,
  ]
}

function likelihoodInWords({ logLikelihood, noiseLogLikelihood, logPartition }: DensityReport): string {
  const figure = ({ mean, standardError }: { readonly mean: number; readonly standardError: number }) =>
    `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`
  const alone = `(the noise alone: ${figure(noiseLogLikelihood)})`
  if (logLikelihood === undefined) {
    const advice = 'a noise closer to the data, or an energy with a log Z in closed form, gives one'
    return `no held-out log-likelihood ${alone}, since log Z cannot be believed: ${logPartition.doubt}; ${advice}`
  }
  return (
    `held-out log-likelihood ${figure(logLikelihood)} nats a row over ${logLikelihood.count} rows ${alone}, ` +
    `with log Z ${logPartition.independent.by === 'closed form' ? 'in' : 'by'} ${logPartition.independent.by}`
  )
}

function partitionInWords(logPartition: DensityReport['logPartition']): string[] {
  const { exact, independent, importance, comparison } = logPartition
  const figure = ({ logPartition: value, standardError }: Figure) =>
    `${value.toFixed(4)} ± ${standardError.toFixed(4)}`
  const found =
    exact === undefined
      ? `log Z is ${figure(independent)} by ${independent.by}`
      : `log Z is ${exact.toFixed(4)} in closed form, ${figure(importance)} by importance sampling`
  if (comparison === undefined) return [`${found}; the objective learns none`]
  return exact === undefined ? [comparison.explanation] : [found, comparison.explanation]
}

function chainsInWords({ objective, chains }: DensityReport): string[] {
  if (chains === undefined) return []
  const { acceptance, rHat, effectiveSampleSize, chains: count, steps } = chains
  const parts = [
    ...(acceptance === undefined ? [] : [`${(100 * acceptance).toFixed(0)} % of proposals accepted`]),
    ...(rHat === undefined ? ['nothing moved'] : [`R̂ ${rHat.toFixed(3)}`]),
    ...(effectiveSampleSize === undefined
      ? []
      : [`the slowest column worth ${effectiveSampleSize.toFixed(0)} draws of ${count * steps}`]),
  ]
  const doubt =
    rHat === undefined || rHat > mostDisagreement
      ? [
          `chains do not mix (R̂ above ${mostDisagreement}): what ${objective} compared with the data were not ` +
            'draws of the model, and modes may have wrong weights',
        ]
      : []
  return [`${count} chains of ${steps} steps by the model: ${parts.join(', ')}`, ...doubt]
}
