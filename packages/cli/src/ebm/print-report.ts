import type { Terminal } from '../terminal.ts'
import type { EbmReport } from './report.ts'

/** The report as lines a person reads. */
export function printReport(report: EbmReport, terminal: Terminal): void {
  const { logLikelihood, noiseLogLikelihood, impossibleRows, logPartition, adequacy } = report
  const figure = ({ mean, standardError }: { readonly mean: number; readonly standardError: number }) =>
    `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`
  terminal.print(
    `held-out log-likelihood ${figure(logLikelihood)} nats a row over ${logLikelihood.count} rows ` +
      `(the noise alone: ${figure(noiseLogLikelihood)})`,
  )
  if (impossibleRows > 0) {
    terminal.print(
      `${impossibleRows} held-out rows lie where the noise is 0, have density 0 and are left out; ` +
        'another --noise, or a larger --noise-scale, reaches them',
    )
  }
  terminal.print(logPartition.comparison.explanation)
  const { auc, effectiveSampleSize, advice } = adequacy
  terminal.print(
    `noise: data are told from it with an AUC of ${auc.toFixed(3)}; ` +
      `${effectiveSampleSize.toFixed(0)} of its rows count as data. ${advice.join(' ')}`,
  )
}
