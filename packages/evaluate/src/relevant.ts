import { type ChiaroError, rangeError } from '@chiaro/core'

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
  checkCount(where, 'relevant', relevant.length, queries, 'queries')
  return relevant.map((indices, row) => {
    const right = Int32Array.from(new Set(Array.from(indices)))
    for (const index of Array.from(indices)) {
      if (Number.isInteger(index) && index >= 0 && index < candidates) continue
      throw rangeError(where, `relevant[${row}]`, `made of indices below ${candidates}`, String(index))
    }
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
  checkCount(where, 'queryGroups', queryGroups.length, queries, 'queries')
  checkCount(where, 'candidateGroups', candidateGroups.length, candidates, 'candidates')
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

function checkCount(where: string, argument: string, length: number, expected: number, what: string): void {
  if (length !== expected)
    throw rangeError(where, argument, `one for each of ${expected} ${what}`, String(length))
}

function withoutAnswer(where: string, row: number): ChiaroError {
  return rangeError(
    where,
    'relevant',
    'at least one right candidate for every query',
    `none for query ${row}`,
  )
}
