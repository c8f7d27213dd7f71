/** A Markdown table with padded columns. @param {string[]} head @param {(string | number)[][]} rows */
export function table(head, rows) {
  const lines = [head, ...rows].map(row => row.map(String))
  const widths = head.map((_, i) => Math.max(3, ...lines.map(line => line[i].length)))
  const printed = lines.map(line => `| ${line.map((text, i) => text.padEnd(widths[i])).join(' | ')} |`)
  return [printed[0], `| ${widths.map(width => '-'.repeat(width)).join(' | ')} |`, ...printed.slice(1)].join(
    '\n',
  )
}

/** Four significant figures, without an exponent where that is short. */
export const figure = value => {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  return size !== 0 && (size < 1e-3 || size >= 1e5)
    ? value.toExponential(3)
    : Number(value.toPrecision(4)).toString()
}

export const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length

export const variance = values => {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}

/** The quantile `share` of sorted values, linear between them. */
export const quantile = (sorted, share) => {
  const at = share * (sorted.length - 1)
  const below = Math.floor(at)
  return sorted[below] + (at - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below])
}
