/** Share of queries whose right answer is among the first 1, 5 and 10, as fractions of 1. */
export interface Recalls {
  readonly r1: number
  readonly r5: number
  readonly r10: number
}

export interface BothDirections {
  readonly textToImage: Recalls
  readonly imageToText: Recalls
}

/** One held-out task of `report.json`. */
export interface TaskReport {
  /** How many pictures, and captions, a query is ranked against. */
  readonly candidates: number
  readonly queries: number
  readonly model: BothDirections
  /** Of the tasks that judge. */
  readonly floor?: BothDirections
  readonly chance: BothDirections
}

const directions = ['textToImage', 'imageToText'] as const
const ranks = ['r1', 'r5', 'r10'] as const

/** The mean of several galleries' figures. */
export function meanOf(all: readonly BothDirections[]): BothDirections {
  const mean = (direction: (typeof directions)[number]): Recalls => {
    const at = (rank: keyof Recalls) => all.reduce((sum, one) => sum + one[direction][rank], 0) / all.length
    return { r1: at('r1'), r5: at('r5'), r10: at('r10') }
  }
  return { textToImage: mean('textToImage'), imageToText: mean('imageToText') }
}

/** R@1, R@5 and R@10 of text to image, then of image to text. */
export function allRecalls(figures: BothDirections): number[] {
  return directions.flatMap(direction => ranks.map(rank => figures[direction][rank]))
}

/** Their mean: one figure for a whole task. */
export function meanRecall(figures: BothDirections): number {
  const all = allRecalls(figures)
  return all.reduce((sum, value) => sum + value, 0) / all.length
}

/** The held-out table, a line a task and row, ready to print. */
export function formatReport(
  titled: readonly { readonly title: string; readonly report: TaskReport }[],
): string {
  const cell = (value: number) => value.toFixed(3).padStart(7)
  const lines = [
    `${''.padEnd(26)}${'text → image'.padStart(21)}${'image → text'.padStart(23)}`,
    `${''.padEnd(26)}${['R@1', 'R@5', 'R@10', '  R@1', 'R@5', 'R@10'].map(name => name.padStart(7)).join('')}   mean`,
  ]
  for (const { title, report } of titled) {
    lines.push(`${title} (${report.queries} among ${report.candidates})`)
    for (const row of ['model', 'floor', 'chance'] as const) {
      const figures = report[row]
      if (figures === undefined) continue
      const cells = allRecalls(figures).map(cell)
      lines.push(`  ${row.padEnd(24)}${cells.join('')}${cell(meanRecall(figures))}`)
    }
  }
  return lines.join('\n')
}
