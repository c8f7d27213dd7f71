// Changes to a text, each a function of it; they throw where the text is not as they know it.
import { table } from '../checks/table.mjs'

/** A line after the last one that a pattern matches. */
export const lineAfter = (pattern, line) => text => {
  const lines = text.split('\n')
  const at = lines.findLastIndex(one => pattern.test(one))
  if (at < 0) throw new Error(`it has no line ${pattern}`)
  return lines.toSpliced(at + 1, 0, line).join('\n')
}

/** A line before the first one that a pattern matches. */
export const lineBefore = (pattern, line) => text => {
  const lines = text.split('\n')
  const at = lines.findIndex(one => pattern.test(one))
  if (at < 0) throw new Error(`it has no line ${pattern}`)
  return lines.toSpliced(at, 0, line).join('\n')
}

/** An import or export, among those of the head of a file; the formatter puts them in order. */
export const lineOnTop = line => text => `${line}\n${text}`

const cellsOf = line =>
  line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map(cell => cell.trim())

/** A row of a Markdown table, after the one that a pattern matches; the table is drawn anew, as wide as it must be. */
export const rowAfter = (pattern, cells) => text => {
  const lines = text.split('\n')
  const at = lines.findIndex(line => pattern.test(line))
  if (at < 0) throw new Error(`it has no row ${pattern}`)
  const inTable = line => line?.startsWith('|')
  let [from, to] = [at, at + 1]
  while (inTable(lines[from - 1])) from -= 1
  while (inTable(lines[to])) to += 1
  const [head, , ...rows] = lines.slice(from, to).map(cellsOf)
  const padded = head.map((_, column) => cells[column] ?? '')
  const drawn = table(head, rows.toSpliced(at - from - 1, 0, padded))
  return lines.toSpliced(from, to - from, ...drawn.split('\n')).join('\n')
}
