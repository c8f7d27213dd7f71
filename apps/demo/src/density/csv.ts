import { dsvFormat } from 'd3-dsv'

/** The columns of a table that hold numbers only. */
export interface NumberColumns {
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
}

/**
 * The numeric columns of a CSV or TSV with a header line; lines with an empty cell in one of them are left out.
 *
 * @throws RangeError in words for the page
 */
export function numberColumns(text: string): NumberColumns {
  const [firstLine = ''] = text.split(/\r?\n/, 1)
  const separator = ['\t', ';', ','].find(candidate => firstLine.includes(candidate)) ?? ','
  const rows = dsvFormat(separator).parse(text.replace(/^\uFEFF/, '').trim())
  if (rows.length === 0) throw new RangeError('This file has no rows below its header line.')
  const isNumber = (cell: string | undefined) =>
    cell !== undefined && cell.trim() !== '' && Number.isFinite(Number(cell))
  const names = rows.columns.filter(name => {
    const filled = rows.filter(row => (row[name] ?? '').trim() !== '')
    return filled.length > rows.length / 2 && filled.every(row => isNumber(row[name]))
  })
  if (names.length < 2) {
    throw new RangeError(
      `This file has ${names.length === 1 ? 'one column' : 'no columns'} of numbers, and two are needed. ` +
        'The first line must name the columns; decimals are written with a point.',
    )
  }
  const whole = rows.filter(row => names.every(name => isNumber(row[name])))
  return { names, columns: names.map(name => Float64Array.from(whole, row => Number(row[name]))) }
}

/** Two columns as rows of two. */
export function pairsOf({ columns }: NumberColumns, across: number, up: number): Float32Array {
  const [x, y] = [columns[across], columns[up]]
  return Float32Array.from({ length: 2 * x.length }, (_, at) => (at & 1 ? y : x)[at >> 1])
}
