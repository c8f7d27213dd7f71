import { ChiaroError } from '@chiaro/core'
import { type ManyOptions, mapBounded } from './map-bounded.ts'

/** A picture that can't be used. */
export interface BadPicture {
  /** Its path, or its key in the shard. */
  readonly picture: string
  /** The table or shard that names it, if one does, and where. */
  readonly file?: string
  readonly row?: number
  readonly offset?: number
  /** What is wrong, with the place: "pairs.csv, row 7: a.png must be …, got …". */
  readonly problem: string
}

export interface BadPictureOptions {
  /**
   * Is called with each picture that can't be used, which is then left out. Without it they are an error that names
   * them all.
   */
  readonly onBad?: (bad: BadPicture) => void
}

/** How many bad pictures an error names; the others are counted. */
const mostNamed = 5

/**
 * Some bad pictures in one line: each problem, and how many more there are.
 *
 * @example
 * ```ts
 * import { describeBad } from '@chiaro/data/node'
 *
 * const bad = ['a', 'b', 'c', 'd', 'e', 'f'].map(name => ({ picture: name, problem: `${name}.png is empty` }))
 * console.log(describeBad(bad)) // five, and 1 more
 * ```
 */
export function describeBad(bad: readonly BadPicture[]): string {
  const named = bad.slice(0, mostNamed).map(({ problem }) => problem)
  const more = bad.length - named.length
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

/** The error of bad pictures. */
export function badPictures(where: string, bad: readonly BadPicture[]): ChiaroError {
  const count = bad.length > 1 ? `${bad.length} pictures can't be used: ` : ''
  return new ChiaroError('data', `${where}: ${count}${describeBad(bad)}`, bad[0].file ?? bad[0].picture)
}

/** What an error of code 'data' says of a picture; other errors are thrown on. */
export function badPicture(where: string, place: Omit<BadPicture, 'problem'>, error: unknown): BadPicture {
  if (!(error instanceof ChiaroError && error.code === 'data')) throw error
  const begin = `${where}: `
  const problem = error.message.startsWith(begin) ? error.message.slice(begin.length) : error.message
  return { ...place, problem }
}

/**
 * `mapBounded` over pictures: all are tried, and the bad ones told in their order.
 *
 * @param place what picture an index is
 * @returns the bad ones by their indices, in their order
 * @throws ChiaroError ('data') that names them, without onBad
 */
export async function mapPictures(
  where: string,
  count: number,
  { onBad, ...options }: ManyOptions & BadPictureOptions,
  place: (index: number) => Omit<BadPicture, 'problem'>,
  work: (index: number) => Promise<void>,
): Promise<ReadonlyMap<number, BadPicture>> {
  const found = new Map<number, BadPicture>()
  await mapBounded(count, options, async index => {
    try {
      await work(index)
    } catch (error) {
      found.set(index, badPicture(where, place(index), error))
    }
  })
  const bad = new Map([...found].sort(([a], [b]) => a - b))
  if (bad.size > 0 && onBad === undefined) throw badPictures(where, [...bad.values()])
  for (const one of bad.values()) onBad?.(one)
  return bad
}

/**
 * Watches for batches that their bad pictures leave empty, and so do not come: of an endless order none would ever.
 *
 * @returns what is to be told of each batch; throws when a whole epoch has been bad
 */
export function refuseBarren(
  where: string,
): (batch: { readonly epoch: number }, good: number, bad: ReadonlyMap<number, BadPicture>) => void {
  let since: number | undefined
  return ({ epoch }, good, bad) => {
    since = good > 0 ? undefined : (since ?? epoch)
    if (since !== undefined && epoch - since > 1) throw badPictures(where, [...bad.values()])
  }
}

/**
 * Rows [count, size] without those of bad pictures, moved together in place.
 *
 * @returns what is left, how many rows that is, and for each picture its row there, −1 for a bad one
 */
export function withoutBad(
  data: Uint8Array,
  size: number,
  bad: Pick<ReadonlySet<number>, 'has'>,
): { readonly data: Uint8Array; readonly count: number; readonly rows: Int32Array } {
  let count = 0
  const rows = Int32Array.from({ length: data.length / size }, (_, index) => (bad.has(index) ? -1 : count++))
  for (const [index, row] of rows.entries()) {
    if (row >= 0) data.copyWithin(row * size, index * size, (index + 1) * size)
  }
  return { data: data.subarray(0, count * size), count, rows }
}
