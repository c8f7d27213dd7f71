import { checkInteger, checkNumber, rangeError, typeError } from '@chiaro/core'

/** Rows of a batch, from … to (exclusive). */
export interface Rows {
  readonly from: number
  readonly to: number
}

/**
 * How a batch is shared out among ranks, in their order: as evenly as whole rows allow, or by how fast each is, so that all
 * end together.
 *
 *   const { from, to } = shares(256, communicator.size)[communicator.rank]
 *   shares(256, 3, { speeds: [1, 1, 2] }) // 64, 64 and 128 rows
 *
 * Every rank has a row at least. The parts that whole rows leave over go to the largest remainders, of equal ones to the
 * first.
 *
 * @param options.speeds rows a second of each rank, or anything in proportion. Default: alike
 * @throws RangeError for fewer rows than ranks, and speeds that are not positive; TypeError for another number of speeds
 */
export function shares(
  rows: number,
  ranks: number,
  { speeds }: { readonly speeds?: readonly number[] } = {},
): Rows[] {
  checkInteger('shares', { ranks }, { least: 1 })
  checkInteger('shares', { rows }, { least: 0 })
  if (rows < ranks) throw rangeError('shares', 'rows', `one a rank at least (${ranks})`, String(rows))
  if (speeds !== undefined) {
    if (speeds.length !== ranks) {
      throw typeError('shares', 'speeds', `${ranks} numbers, one a rank`, String(speeds.length))
    }
    checkNumber('shares', { speeds }, { above: 0 })
  }
  const rates = speeds ?? Array<number>(ranks).fill(1)
  const total = rates.reduce((sum, rate) => sum + rate, 0)
  // A row for each first: what is shared out by speed is what each then has beside it.
  const wanted = rates.map(rate => Math.max(1, (rows * rate) / total))
  const counts = wanted.map(Math.floor)
  const left = (r: number) => wanted[r] - counts[r]
  const order = wanted.map((_, r) => r).sort((a, b) => left(b) - left(a) || a - b)
  let missing = rows - counts.reduce((sum, count) => sum + count, 0)
  for (let i = 0; missing > 0; i = (i + 1) % ranks, missing--) counts[order[i]]++
  // More than there are, where the slow were given their row: from those that have most.
  for (; missing < 0; missing++) counts[counts.indexOf(Math.max(...counts))]--
  let to = 0
  return counts.map(count => {
    to += count
    return { from: to - count, to }
  })
}
