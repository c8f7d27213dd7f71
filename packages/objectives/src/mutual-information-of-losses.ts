import { checkInteger, checkLength, checkNumber } from '@chiaro/core'
import { type MutualInformationReport, saturationOf } from './mutual-information-report.ts'

export interface LossesOptions {
  /** K: how many keys the right one is among, itself counted. N for CLIP, V·N − 1 for NT-Xent, 1 + queue for MoCo. */
  readonly candidates: number
  /** Nats below the ceiling from which an estimate counts as saturated. Default 1, or half the ceiling if less. */
  readonly margin?: number
}

/**
 * What contrastive losses that training computes anyway show of the mutual information I(x; y), in nats:
 *
 *   I(x; y) ≥ log K − mean loss   (van den Oord et al. 2018)
 *
 * for losses with the positive in their denominator, one right key a row: `infoNceLoss`, `ntXentLoss` of two views and
 * `clipLoss`, whose directions are bounded each, not decoupled ones. On the batches that are learned from it is what the
 * model shows of these, which may be more than of others.
 *
 * @param losses means of batches, in nats; the standard error is that of their mean as if they were independent, so that
 *   a trend among them counts as error. NaN for one
 * @throws RangeError for no losses, one that is not finite, or fewer than one candidate
 *
 * @example
 * ```ts
 * import { mutualInformationOfLosses } from '@chiaro/objectives'
 *
 * // InfoNCE losses of the last steps, the right key among 128.
 * const { estimate, ceiling, warning } = mutualInformationOfLosses([2.1, 2.0, 2.2, 2.1], { candidates: 128 })
 * console.log(estimate, ceiling, warning) // log 128 − 2.1 = 2.752 nats of at most 4.852
 * ```
 */
export function mutualInformationOfLosses(
  losses: readonly number[],
  options: LossesOptions,
): MutualInformationReport {
  const where = 'mutualInformationOfLosses'
  const { candidates, margin } = options
  checkLength(where, { losses }, { least: 1 })
  checkNumber(where, { losses })
  checkInteger(where, { candidates }, { least: 1 })
  const n = losses.length
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / n
  const squares = losses.reduce((sum, loss) => sum + (loss - mean) ** 2, 0)
  const estimate = Math.log(candidates) - mean
  const standardError = n === 1 ? Number.NaN : Math.sqrt(squares / (n * (n - 1)))
  return { estimate, standardError, ...saturationOf(where, estimate, candidates, 'candidates', margin) }
}
