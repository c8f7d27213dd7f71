import { checkNumber } from '@chiaro/core'
import type { LogPartitionEstimate } from './log-partition-estimate.ts'

/** A log partition to compare; an estimate, or a value with an error of its own. In nats. */
export type ComparedLogPartition = Pick<LogPartitionEstimate, 'logPartition' | 'standardError'> &
  Partial<LogPartitionEstimate>

export interface CompareLogPartitionsOptions {
  /** How many standard errors apart is a disagreement. Default 3. */
  readonly threshold?: number
}

export interface LogPartitionComparison {
  /** learned − independent. */
  readonly difference: number
  /** √(SE² + SE²): of two independent estimates. */
  readonly standardError: number
  readonly agree: boolean
  /** One or two sentences for a person. */
  readonly explanation: string
}

/** Energies are float32: a relative difference below this is rounding. */
const float32Rounding = 1e-6

/**
 * Whether the log partition that training learned is that of its energy: whether it differs from an independent
 * estimate by no more than `threshold` standard errors (and float32 rounding).
 *
 * @throws RangeError for a value that is not finite, a negative standard error, a threshold ≤ 0
 *
 * @example
 * ```ts
 * import { compareLogPartitions } from '@chiaro/evaluate'
 *
 * const { explanation } = compareLogPartitions({
 *   learned: { logPartition: 3.2, standardError: 0.02 },
 *   independent: { logPartition: 1.8, standardError: 0.05 },
 * })
 * console.log(explanation)
 * ```
 */
export function compareLogPartitions(
  estimates: { readonly learned: ComparedLogPartition; readonly independent: ComparedLogPartition },
  { threshold = 3 }: CompareLogPartitionsOptions = {},
): LogPartitionComparison {
  const where = 'compareLogPartitions'
  const { learned, independent } = estimates
  for (const [name, { logPartition, standardError }] of Object.entries({ learned, independent })) {
    checkNumber(where, { [`${name}.logPartition`]: logPartition })
    checkNumber(
      where,
      { [`${name}.standardError`]: standardError },
      { least: 0, most: Number.POSITIVE_INFINITY },
    )
  }
  checkNumber(where, { threshold }, { above: 0 })
  const difference = learned.logPartition - independent.logPartition
  const standardError = Math.hypot(learned.standardError, independent.standardError)
  const scale = Math.max(1, Math.abs(learned.logPartition), Math.abs(independent.logPartition))
  const known = Number.isFinite(standardError)
  const agree = known && Math.abs(difference) <= threshold * standardError + float32Rounding * scale
  const explanation = [
    `The learned log partition is ${format(learned)}, the independent estimate ${format(independent)}:`,
    verdict(agree, known, difference, threshold),
    ...Object.entries({ learned, independent }).flatMap(([name, estimate]) => doubt(name, estimate)),
  ].join(' ')
  return { difference, standardError, agree, explanation }
}

function verdict(agree: boolean, known: boolean, difference: number, threshold: number): string {
  if (agree) return `they agree within ${threshold} standard errors.`
  return known ? `they disagree. ${reasons(difference)}` : 'without a finite standard error nothing follows.'
}

/** What usually moves one of them, by the sign. */
function reasons(difference: number): string {
  const common =
    'training may not have converged, or the noise be too easy to tell from data to hold the constant'
  return difference > 0
    ? `The learned one is larger: ${common}, or the independent estimate's samples miss a part of the model's mass.`
    : `The learned one is smaller: ${common}, or the model have mass where there are neither data nor noise.`
}

function doubt(name: string, { reliable, effectiveSampleSize }: ComparedLogPartition): string[] {
  if (reliable !== false) return []
  const size = effectiveSampleSize === undefined ? 'too few' : effectiveSampleSize.toFixed(1)
  return [`The ${name} one rests on ${size} effective samples, so its standard error is not to be trusted.`]
}

function format({ logPartition, standardError }: ComparedLogPartition): string {
  return `${logPartition.toPrecision(6)} ± ${standardError.toPrecision(2)}`
}
