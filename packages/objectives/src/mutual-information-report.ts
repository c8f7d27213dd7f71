import { checkNumber } from '@chiaro/core'
import { logSumExp } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import {
  checkPairs,
  type MutualInformationOptions,
  mutualInformationBound,
  splitPairs,
} from './mutual-information.ts'

export interface MutualInformationReportOptions extends MutualInformationOptions {
  /** Nats below the ceiling from which an estimate counts as saturated. Default 1, or half the ceiling if less. */
  readonly margin?: number
}

export interface MutualInformationReport {
  /** `mutualInformationBound` in nats. */
  readonly estimate: number
  /** By the infinitesimal jackknife over the k pairs, a first-order formula and so a little low; NaN for k = 1. */
  readonly standardError: number
  /** log k: InfoNCE can't exceed it, and no k pairs can vouch for more. */
  readonly ceiling: number
  /** Whether the estimate lies above ceiling − margin. */
  readonly saturated: boolean
  /** What to do about it, for a log; undefined unless saturated. */
  readonly warning: string | undefined
}

/**
 * `mutualInformationBound` with what a reader must know beside it. Near its ceiling log k InfoNCE measures the batch,
 * not the data: on correlated Gaussians the exact critic lies half a nat or more below the truth where it comes within
 * 1 nat of the ceiling. For NWJ and DV log k is no bound of the number but of the trust in it: with high confidence k
 * samples can't show more (McAllester and Stratos 2020, "Formal Limitations on the Measurement of Mutual Information").
 *
 * Reads from the device: for reports, not for training steps. The logits are not disposed.
 *
 * @param logits [k, k], joint pairs on the diagonal
 * @throws as `mutualInformationBound`; RangeError unless margin is finite and not negative
 *
 * @example
 * ```ts
 * import { mutualInformationReport } from '@chiaro/objectives'
 * import { key, normal } from '@chiaro/random'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const [x, y] = [1, 2].map(seed => normal(key(seed), [64, 4]))
 * const report = await mutualInformationReport(tf.matMul(x, y, false, true))
 * console.log(report.estimate, report.standardError, report.ceiling) // nats; log 64 at most
 * ```
 */
export async function mutualInformationReport(
  logits: tf.Tensor,
  options: MutualInformationReportOptions = {},
): Promise<MutualInformationReport> {
  const where = 'mutualInformationReport'
  const { bound = 'infoNce' } = options
  const k = checkPairs(where, logits, bound)
  // Before the device is asked.
  saturationOf(where, 0, k, 'pairs', options.margin)
  const numbers = tf.tidy(() =>
    tf.concat([tf.reshape(mutualInformationBound(logits, { bound }), [1]), influence(logits, bound)]),
  )
  const [estimate, ...ofPair] = await numbers.data()
  numbers.dispose()
  const mean = ofPair.reduce((sum, value) => sum + value, 0) / k
  const variance = ofPair.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (k - 1)
  const standardError = k === 1 ? Number.NaN : Math.sqrt(variance / k)
  return { estimate, standardError, ...saturationOf(where, estimate, k, 'pairs', options.margin) }
}

/** What the ceiling log k says of an estimate from k of something. @throws RangeError for a margin below 0 */
export function saturationOf(
  where: string,
  estimate: number,
  k: number,
  ofWhat: string,
  margin = Math.min(1, Math.log(k) / 2),
): Pick<MutualInformationReport, 'ceiling' | 'saturated' | 'warning'> {
  checkNumber(where, { margin }, { least: 0 })
  const ceiling = Math.log(k)
  const saturated = k > 1 && estimate > ceiling - margin
  return { ceiling, saturated, warning: saturated ? warningOf(estimate, k, ofWhat) : undefined }
}

/** [k]: how the bound changes as pair i's share of the batch grows, through its row, its column and itself. */
function influence(logits: tf.Tensor, bound: 'infoNce' | 'nwj' | 'dv'): tf.Tensor {
  const { joint, others } = splitPairs(logits)
  const k = logits.shape[0]
  if (bound === 'infoNce') {
    const total = logSumExp(logits, 1)
    const share = tf.exp(tf.sub(logits, tf.reshape(total, [k, 1])))
    return tf.sub(tf.sub(joint, total), tf.sum(share, 0))
  }
  const offset =
    bound === 'nwj' ? 1 : tf.sub(logSumExp(tf.reshape(others, [k * k]), 0), Math.log(k * (k - 1)))
  const product = tf.div(tf.exp(tf.sub(others, offset)), k - 1)
  return tf.sub(joint, tf.add(tf.sum(product, 0), tf.sum(product, 1)))
}

function warningOf(estimate: number, k: number, ofWhat: string): string {
  const ceiling = Math.log(k).toFixed(2)
  const finding = `the estimate of ${estimate.toFixed(2)} nats is close to or above log ${k} = ${ceiling}`
  return `${finding}, the most that ${k} ${ofWhat} can show: the mutual information may be larger; take more ${ofWhat}`
}
