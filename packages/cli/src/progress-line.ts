/** What a line of progress tells. */
export interface ProgressParts {
  readonly title: string
  readonly done: number
  readonly total: number
  /** Such as "loss 0.412". */
  readonly figures: string
  /** Such as how long ranks wait. Default nothing. */
  readonly beside?: string
  readonly speed: string
  readonly left: string
}

/** How wide the bar is where there is room, and the least that shows anything. */
const [widestBar, narrowestBar] = [40, 8]

/**
 * One line within `columns` characters: title and count always, then the time left, the figures, the speed, what is
 * told beside and a bar, as far as they have room, so that what matters least goes first.
 */
export function progressLine(
  { title, done, total, figures, beside = '', speed, left }: ProgressParts,
  columns: number,
): string {
  const count = `${done}/${total}`
  let room = columns - title.length - 2 - count.length
  const taken = (text: string) => {
    if (text === '' || text.length + 2 > room) return ''
    room -= text.length + 2
    return text
  }
  const [leftShown, figuresShown, speedShown] = [taken(left), taken(figures), taken(speed)]
  const besideShown = taken(beside)
  const width = Math.min(widestBar, room - 2)
  const full = Math.round((width * Math.min(done, total)) / Math.max(total, 1))
  const bar = width < narrowestBar ? '' : '█'.repeat(full) + '░'.repeat(width - full)
  const parts = [title, bar, count, figuresShown, besideShown, speedShown, leftShown]
  return parts.filter(part => part !== '').join('  ')
}
