import { ChiaroError } from '@chiaro/core'
import type { NumericColumn } from '@chiaro/data'
import { readColumnsBlob } from '@chiaro/data/browser'

/** The columns of a table that hold numbers; a missing one is NaN. */
export interface NumberColumns {
  readonly file: string
  readonly names: readonly string[]
  readonly columns: readonly Float64Array[]
  /** The names of the others. */
  readonly others: readonly string[]
}

/** Files of more bytes are not read: the command reads larger ones. */
const largest = 2 ** 26
const megabytes = (bytes: number) => Math.ceil(bytes / 2 ** 20).toLocaleString('en-GB')
const largestNumber = 3.4028234663852886e38

/**
 * The columns of numbers of a CSV file, read as the command reads it, whatever is between its columns.
 *
 * @param told is told how far it is, in words
 * @throws ChiaroError or RangeError in words for the page that name the file, and its row where there is one
 */
export async function numberColumns(
  file: File,
  told: (words: string) => void = () => {},
): Promise<NumberColumns> {
  const { name } = file
  const most = megabytes(largest)
  if (file.size > largest) {
    throw new RangeError(`${name} must have at most ${most} MB, got ${megabytes(file.size)} MB.`)
  }
  const onProgress = (read: number) =>
    told(`Reading ${name}: ${megabytes(read)} of ${megabytes(file.size)} MB.`)
  const table = await readColumnsBlob(file, { missing: 'keep', onProgress }).catch(cause => {
    throw cause instanceof ChiaroError
      ? new ChiaroError(cause.code, inThePage(cause), 'file', { cause })
      : cause
  })
  const numeric = table.columns.filter((column): column is NumericColumn => column.kind === 'numeric')
  const known = numeric.filter(({ values }) => values.some(value => !Number.isNaN(value)))
  for (const { name: column, values } of known) {
    const row = values.findIndex(value => Math.abs(value) > largestNumber)
    if (row < 0) continue
    const problem = `${column} must be within ±${largestNumber}, got ${values[row]}`
    throw new RangeError(`${name}, row ${table.rowNumbers?.[row]}: ${problem}.`)
  }
  const names = known.map(({ name }) => name)
  if (names.length < 2) {
    const got = names.length === 1 ? `one column of numbers (${names[0]})` : 'no column of numbers'
    throw new RangeError(`${name} has ${got}, and two are needed; its first line must name the columns.`)
  }
  const others = [...table.columns, ...(table.leftOut ?? [])].filter(column => !names.includes(column.name))
  return {
    file: name,
    names,
    columns: known.map(({ values }) => values),
    others: others.map(({ name }) => name),
  }
}

/** Without the function's name in front and the command's flags behind: a page has none. */
const inThePage = ({ message }: Error) =>
  `${message.replace(/^readColumnsBlob: /, '').replace(/ \((?:say|double it) .*\)$/s, '')}.`

/** Two columns as rows of two, and what is said of them; rows without one of the two numbers are left out. */
export function pairsOf(
  { file, columns, names, others }: NumberColumns,
  across: number,
  up: number,
): { readonly values: Float32Array; readonly remark: string } {
  const [x, y] = [columns[across], columns[up]]
  const values = new Float32Array(2 * x.length)
  let end = 0
  for (let row = 0; row < x.length; row++) {
    if (Number.isNaN(x[row]) || Number.isNaN(y[row])) continue
    values[end++] = x[row]
    values[end++] = y[row]
  }
  const missing = x.length - end / 2
  const rows = `${(end / 2).toLocaleString('en-GB')} rows of ${file}.`
  const without =
    missing === 0
      ? ''
      : ` Left out: ${missing.toLocaleString('en-GB')} without ${names[across]} or ${names[up]}.`
  const words = others.length === 0 ? '' : ` No numbers: ${others.join(', ')}.`
  return { values: values.slice(0, end), remark: `${rows}${without}${words}` }
}
