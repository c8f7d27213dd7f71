import type { ProbeResult } from '@chiaro/tasks'
import { clipped, textTable } from '../text-table.ts'

/** How much of a class's name is shown where many are. */
const nameLength = 24
/** The classes that one is most taken for which are named, where there is no room for a column of each. */
const namedClasses = 3

/**
 * Recall and precision class by class, with what each is taken for: a column a class where the lines stay within
 * `columns` characters, else the classes it is taken for most, with how often.
 *
 * @returns lines, the first says what the columns are
 */
export function classTable(
  { perClass, confusion }: Pick<ProbeResult, 'perClass' | 'confusion'>,
  classNames: readonly string[],
  columns: number,
): string[] {
  const names = perClass.map((_, c) => classNames[c] ?? String(c))
  const figures = perClass.map(({ recall, precision }) => [share(recall), share(precision)])
  const whole = textTable([
    ['class', 'recall', 'precision', ...names],
    ...figures.map((cells, c) => [names[c], ...cells, ...confusion[c].map(String)]),
  ])
  if (whole.every(line => line.length <= columns)) return ['columns: taken for', ...whole]

  const short = textTable([
    ['class', 'recall', 'precision'],
    ...figures.map((cells, c) => [clipped(names[c], nameLength), ...cells]),
  ])
  const room = columns - short[0].length - 2
  const takenFor = confusion.map((counts, c) => clipped(mostTakenFor(counts, c, names), room))
  return [
    `taken for: at most ${namedClasses} other classes, with how many of its pictures`,
    ...short.map((line, i) => `${line}  ${i === 0 ? 'taken for' : takenFor[i - 1]}`.trimEnd()),
  ]
}

const share = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(3))

/** "dog 12, fox 3, owl 1 and 2 more", of one row of a confusion matrix. */
function mostTakenFor(counts: readonly number[], own: number, names: readonly string[]): string {
  const others = [...counts.keys()]
    .filter(c => c !== own && counts[c] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b)
  const said = others.slice(0, namedClasses).map(c => `${clipped(names[c], nameLength)} ${counts[c]}`)
  const more = others.length - said.length
  return `${said.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
