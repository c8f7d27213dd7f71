/** A Markdown table, its columns aligned. */
export function table(head, lines) {
  const all = [head, ...lines]
  const widths = head.map((_, column) => Math.max(...all.map(cells => [...cells[column]].length)))
  const row = cells =>
    `| ${cells.map((cell, i) => cell + ' '.repeat(widths[i] - [...cell].length)).join(' | ')} |`
  return [row(head), `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...lines.map(row)].join(
    '\n',
  )
}
