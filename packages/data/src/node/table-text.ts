import { stringify } from 'csv-stringify/sync'

/**
 * Rows as text that `readTable` reads back field by field: LF, quotes where needed. Everything is in quotes, which the
 * header tells, where some field holds a line end, or between tabs a tab or a quote: so nobody can take them for letters.
 */
export function tableText(rows: readonly (readonly (string | undefined)[])[], delimiter: string): string {
  const special = delimiter === '\t' ? /[\r\n"\t]/ : /[\r\n]/
  const throughout = rows.some(fields => fields.some(field => field !== undefined && special.test(field)))
  return stringify(rows as unknown[][], {
    delimiter,
    quoted: throughout,
    quoted_match: /^\uFEFF/,
    // An empty line is no record, so the empty field of a lone column is written as "".
    quoted_empty: throughout || rows[0].length === 1,
  })
}
