import type { ComparedRows } from '@chiaro/evaluate'

/** What rounding leaves between the cosines of equal rows. */
const roundingOfCosine = 1e-6

/** The one similarity that all rows have, where they have one: what a dead encoder gives. */
export interface Alike {
  readonly rows: number
  readonly score: number
}

export function allAlike(compared: ComparedRows | undefined): Alike | undefined {
  if (compared === undefined || compared.rows < 2) return undefined
  const [{ least, most }] = compared.ranges
  return most - least < roundingOfCosine ? { rows: compared.rows, score: most } : undefined
}

/** Says that nothing is found, and why. */
export function nothingNearest({ rows, score }: Alike, what: string): string {
  const why = 'the run tells none from another, and any order would be by chance'
  return `nothing is nearest: all ${rows} ${what} have the similarity ${score.toFixed(3)}; ${why}`
}
