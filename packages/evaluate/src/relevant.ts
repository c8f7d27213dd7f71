import { type ChiaroError, checkInteger, checkLength, rangeError } from '@chiaro/core'

/** Which candidates are right for a query. */
export type Relevant =
  /** The candidate indices of each query. */
  | readonly (ArrayLike<number> & { readonly length: number })[]
  /** Every candidate whose group is the query's. */
  | { readonly queryGroups: ArrayLike<number>; readonly candidateGroups: ArrayLike<number> }

/**
 * The right candidates of every query, without duplicates. Absent: candidate i is query i's, which needs as many of
 * one as of the other.
 *
 * @throws RangeError for an index out of range or a query without a right answer, with its row
 */
export function rightAnswers(
  where: string,
  relevant: Relevant | undefined,
  queries: number,
  candidates: number,
): Int32Array[] {
  if (relevant === undefined) {
    if (queries !== candidates) {
      const expected = `given when there are ${queries} queries and ${candidates} candidates`
      throw rangeError(where, 'relevant', expected, 'none')
    }
    return Array.from({ length: queries }, (_, i) => Int32Array.of(i))
  }
  if ('queryGroups' in relevant) return byGroup(where, relevant, queries, candidates)
  checkLength(where, { relevant }, { exactly: queries, each: 'query' })
  return relevant.map((indices, row) => {
    checkInteger(where, { [`relevant[${row}]`]: indices }, { least: 0, below: candidates })
    const right = Int32Array.from(new Set(Array.from(indices)))
    if (right.length === 0) throw withoutAnswer(where, row)
    return right
  })
}

function byGroup(
  where: string,
  { queryGroups, candidateGroups }: Extract<Relevant, { queryGroups: unknown }>,
  queries: number,
  candidates: number,
): Int32Array[] {
  checkLength(where, { queryGroups }, { exactly: queries, each: 'query' })
  checkLength(where, { candidateGroups }, { exactly: candidates, each: 'candidate' })
  const members = new Map<number, number[]>()
  for (let j = 0; j < candidates; j++) {
    const group = members.get(candidateGroups[j])
    if (group === undefined) members.set(candidateGroups[j], [j])
    else group.push(j)
  }
  const shared = new Map(Array.from(members, ([group, indices]) => [group, Int32Array.from(indices)]))
  return Array.from({ length: queries }, (_, row) => {
    const right = shared.get(queryGroups[row])
    if (right === undefined) throw withoutAnswer(where, row)
    return right
  })
}

function withoutAnswer(where: string, row: number): ChiaroError {
  return rangeError(
    where,
    'relevant',
    'at least one right candidate for every query',
    `none for query ${row}`,
  )
}
