import type { TextRecord } from './split-records.ts'

/**
 * Whether a quoted field over several lines looks as if it had swallowed rows: every further line has a row's number of
 * fields, and what stands in them is of the kind that the rows have there. RFC 4180 allows such a field; a quote that is
 * a letter makes it as well.
 *
 * @param previous the fields of the record before, if there is one
 */
export function swallowsRows(
  { fields, spans }: TextRecord,
  previous: readonly string[] | undefined,
  delimiter: string,
): boolean {
  return spans.some(({ field }) => {
    const [, ...further] = fields[field].split(/\r\n|\n|\r/)
    let alike = further.length > wholeRows ? 1 : 0
    for (const [i, line] of further.entries()) {
      const cells = line.split(delimiter)
      const last = i === further.length - 1
      if (cells.length !== (last ? field + 1 : fields.length)) return false
      if (cells.some(cell => cell === '' || cell !== cell.trim())) return false
      for (const [at, cell] of cells.entries()) {
        if (last && at === field) continue
        const reference = at < field ? fields[at] : previous?.[at]
        const likeness = reference === undefined ? 0 : compared(cell, reference)
        if (likeness < 0) return false
        alike += likeness
      }
    }
    return alike > 0
  })
}

/** Whole rows that are no accident, whatever stands in them. */
const wholeRows = 3

/** 1 for two numbers or two file names of one extension, −1 where only one is, 0 where neither is. */
function compared(cell: string, reference: string): -1 | 0 | 1 {
  for (const pattern of [/^[+-]?\d+([.,]\d+)?$/, /\.[A-Za-z]\w{1,4}$/]) {
    const [own, others] = [cell.match(pattern), reference.match(pattern)]
    if (own === null && others === null) continue
    return own !== null && others !== null ? 1 : -1
  }
  return 0
}
