import type { DensityReport } from './report.ts'

/** A report as sentences. */
export function densityInWords(report: DensityReport): string[] {
  const { logLikelihood, noiseLogLikelihood, impossibleRows, logPartition, adequacy } = report
  const figure = ({ mean, standardError }: { readonly mean: number; readonly standardError: number }) =>
    `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`
  const { auc, effectiveSampleSize, advice } = adequacy
  return [
    `held-out log-likelihood ${figure(logLikelihood)} nats a row over ${logLikelihood.count} rows ` +
      `(the noise alone: ${figure(noiseLogLikelihood)})`,
    ...(impossibleRows > 0
      ? [
          `${impossibleRows} held-out rows lie where the noise is 0, have density 0 and are left out; ` +
            'another noise, or a larger noise scale, reaches them',
        ]
      : []),
    logPartition.comparison.explanation,
    `noise: data are told from it with an AUC of ${auc.toFixed(3)}; ` +
      `${effectiveSampleSize.toFixed(0)} of its rows count as data. ${advice.join(' ')}`,
  ]
}
