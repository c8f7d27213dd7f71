import { type MutualInformationReport, mutualInformationOfLosses } from '@chiaro/objectives'

export type { MutualInformationReport }

/** How many of a training's last losses are summed up: one batch says little. */
export const lossWindow = 100

/**
 * What a training's last losses show of the mutual information between the two sides of its pairs. Undefined where the task's
 * loss does not bound it, and for fewer than two losses, which have no error.
 */
export function shownInformation<Config>(
  task: { candidates?(config: Config): number | undefined },
  config: Config,
  losses: readonly number[],
): MutualInformationReport | undefined {
  const candidates = task.candidates?.(config)
  if (candidates === undefined || losses.length < 2) return undefined
  return mutualInformationOfLosses(losses.slice(-lossWindow), { candidates })
}

/**
 * That in a sentence or two.
 *
 * @example
 * ```ts
 * import { mutualInformationOfLosses } from '@chiaro/objectives'
 * import { informationInWords } from '@chiaro/tasks'
 *
 * const losses = [0.4, 0.5, 0.45] // of the last batches, each row's right key among 64
 * console.log(informationInWords(mutualInformationOfLosses(losses, { candidates: 64 })))
 * ```
 */
export function informationInWords({
  estimate,
  standardError,
  ceiling,
  warning,
}: MutualInformationReport): string {
  const bound = `mutual information of at least ${estimate.toFixed(2)} ± ${standardError.toFixed(2)} nats`
  const line = `${bound} in the last batches, where ${ceiling.toFixed(2)} is the most they can show`
  return warning === undefined ? line : `${line}; ${warning}`
}
