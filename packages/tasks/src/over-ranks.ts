import { type BatchPart, conflictError } from '@chiaro/core'
import { type Communicator, shares } from '@chiaro/distributed'
import type { NotOverRanks } from './task.ts'

/** What is asked of a task before its run over several ranks. */
interface Asked<Config> {
  readonly name: string
  overRanks?(config: Config, ranks: number): NotOverRanks | undefined
}

/**
 * Refuses a run that several ranks can't train together.
 *
 * @param ranks how many there are; one can train anything
 * @throws ChiaroError ('argument-conflict') that names the setting which stands in the way, or `batchSize` where it is less
 *   than a row a rank
 */
export function checkOverRanks<Config>(task: Asked<Config>, config: Config, ranks: number): void {
  if (ranks === 1) return
  const { name } = task
  if (task.overRanks === undefined) {
    throw conflictError(name, 'ranks', `the task ${name} is trained on one rank alone, got ${ranks}`)
  }
  const alone = task.overRanks(config, ranks)
  if (alone !== undefined) throw conflictError(name, alone.setting, `${alone.message}, got ${ranks} ranks`)
  const { training } = config as { readonly training?: { readonly batchSize?: number } }
  const batchSize = training?.batchSize ?? ranks
  if (batchSize >= ranks) return
  throw conflictError(
    name,
    'batchSize',
    `batchSize must be a row a rank at least, got ${batchSize} for ${ranks}`,
  )
}

/** Rows of a batch that ranks have shared out, from … to (exclusive) `of` so many; a type that a tidy hands on. */
export type Share = { readonly from: number; readonly to: number; readonly of: number }

/** This rank's share of a batch, as even as whole rows allow; none without ranks: the batch is whole. */
export function shareOf(
  rows: number,
  ranks: Pick<Communicator, 'rank' | 'size'> | undefined,
): Share | undefined {
  return ranks && { ...shares(rows, ranks.size)[ranks.rank], of: rows }
}

/** Those of a batch's numbers that are a share's. */
export function ownOf(batch: Int32Array, share: Share | undefined): Int32Array {
  return share === undefined ? batch : batch.subarray(share.from, share.to)
}

/** A share as views and encoders are told of it; of several views stacked view-major, in what one process would stack. */
export function partOf(share: Share | undefined, views = 1): BatchPart {
  if (share === undefined) return {}
  const { from, to, of } = share
  const own = to - from
  const placeOf = (_: unknown, row: number) => Math.floor(row / own) * of + from + (row % own)
  return { rows: Int32Array.from({ length: views * own }, placeOf) }
}
