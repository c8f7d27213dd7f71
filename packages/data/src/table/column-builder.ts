import { type CellKind, cellReader, type ReadCell } from './cell-kinds.ts'
import { type ColumnTable, rowError, type TableColumn } from './column-table.ts'
import { growing } from './growing.ts'
import type { NumberNotation } from './number-notation.ts'
import { notationRefusal } from './refused-cells.ts'

/** A cell as its file has it: text of CSV, a typed value of Parquet; undefined is missing. */
export type Cell = string | number | boolean | undefined

export type MissingCells = 'error' | 'keep'

/** What a column is said to be; `verbatim` has categories, and only its empty cells are missing. */
export type GivenKind = TableColumn['kind'] | 'verbatim' | undefined

export interface CellRules {
  readonly where: string
  /** Row numbers may still be coming in. */
  readonly table: Pick<ColumnTable, 'file' | 'rowNumbers'>
  readonly missing: MissingCells
  /** Parquet says which columns are numbers; CSV leaves it to the cells. */
  readonly textMayBeNumbers: boolean
  readonly notation?: NumberNotation
  /** What alone stands for a missing cell, beside the empty one. */
  readonly missingMarkers?: readonly string[]
}

export interface ColumnBuilder {
  readonly push: (cell: Cell) => void
  readonly finish: () => TableColumn
}

/** Different cells that a column of numbers is told by; more are kept only of texts. */
const mostCells = 4096

/** A different cell of a column, how often it comes and in which row first. */
interface KnownCell extends ReadCell {
  readonly cell: Exclude<Cell, undefined>
  readonly first: number
  count: number
}

/**
 * A column of typed values, cell by cell. Without a given kind it is numeric when every cell that is not missing is a
 * number, and refused when most are, or look it, or are times: categories are texts.
 *
 * @throws ChiaroError ('data'), from its methods, that names file, row and column: a missing cell unless they are kept,
 *   an infinite number, two units, in a column of numbers a cell that is none
 */
export function columnBuilder(name: string, kind: GivenKind, rules: CellRules): ColumnBuilder {
  const { where, table, missing, textMayBeNumbers } = rules
  const read = cellReader(where, rules.notation ?? {}, rules.missingMarkers)
  const fail = (row: number, problem: string) => rowError(where, table, row, `${name} ${problem}`)
  let rows = 0
  let firstMissing: { readonly row: number; readonly cell: Cell } | undefined
  let firstInfinite: { readonly row: number; readonly cell: Cell } | undefined
  let unit: { readonly row: number; readonly unit: string } | undefined
  // Numbers themselves once the column is known to have no others; before that, places in `known`.
  let numbers = kind === 'numeric' ? growing(Float64Array) : undefined
  const places = growing(Int32Array)
  const known: KnownCell[] = []
  const placeOf = new Map<Cell, number>()

  const readCell = (cell: Exclude<Cell, undefined>): ReadCell => {
    if (typeof cell === 'number')
      return { kind: Number.isNaN(cell) ? 'missing' : 'number', value: cell, unit: '' }
    if (typeof cell === 'boolean') return { kind: 'text', value: Number.NaN, unit: '' }
    if (kind === 'verbatim')
      return { kind: cell.trim() === '' ? 'missing' : 'text', value: Number.NaN, unit: '' }
    const got = read(cell)
    const asText = kind === undefined && !textMayBeNumbers && got.kind !== 'missing' && got.kind !== 'marker'
    return asText ? { ...got, kind: 'text' } : got
  }
  const noteMissing = (row: number, cell: Cell) => {
    if (firstMissing === undefined || row < firstMissing.row) firstMissing = { row, cell }
  }
  const number = (row: number, cell: Cell, { kind: got, value, unit: own }: ReadCell): number => {
    if (got === 'missing' || got === 'marker') {
      noteMissing(row, cell)
      return Number.NaN
    }
    if (got !== 'number')
      throw fail(row, notationRefusal(name, cell, { kind: got, given: kind === 'numeric' }))
    if (!Number.isFinite(value) && (firstInfinite === undefined || row < firstInfinite.row))
      firstInfinite = { row, cell }
    unit ??= { row, unit: own }
    if (unit.unit === own) return value
    const expected = unit.unit === '' ? 'without a unit' : `in ${unit.unit}`
    throw fail(row, `must be ${expected} as the cells above, got ${shown(cell)}`)
  }
  const tally = (...kinds: CellKind[]) =>
    known.reduce((sum, cell) => (kinds.includes(cell.kind) ? sum + cell.count : sum), 0)
  /** The kind that the cells so far say. @throws the refusal of a mixed column */
  const decided = (): TableColumn['kind'] => {
    if (kind !== undefined) return kind === 'numeric' ? 'numeric' : 'categorical'
    const others = known.filter(cell => !['missing', 'marker', 'number'].includes(cell.kind))
    const count = tally('number')
    if (others.length === 0) return count > 0 || tally('marker') === 0 ? 'numeric' : 'categorical'
    const present = count + tally('notation', 'time', 'text')
    const like = count + tally('notation')
    if (2 * Math.max(like, tally('time')) <= present) return 'categorical'
    const odd = others.reduce((best, cell) => (cell.first < best.first ? cell : best))
    throw fail(odd.first, notationRefusal(name, odd.cell, { kind: odd.kind, given: false }))
  }
  const toNumbers = () => {
    const values = growing(Float64Array)
    const own = known.map(cell => number(cell.first, cell.cell, cell))
    for (const place of places.values()) values.push(place < 0 ? Number.NaN : own[place])
    numbers = values
  }

  return {
    push: cell => {
      const row = rows++
      if (numbers !== undefined) {
        if (cell === undefined) noteMissing(row, cell)
        numbers.push(cell === undefined ? Number.NaN : number(row, cell, readCell(cell)))
        return
      }
      if (cell === undefined) {
        noteMissing(row, cell)
        places.push(-1)
        return
      }
      const found = placeOf.get(cell)
      if (found !== undefined) {
        known[found].count += 1
        places.push(found)
        return
      }
      // A piece of a text keeps the whole of it in memory, so that what stays is copied.
      const kept = typeof cell === 'string' ? ` ${cell}`.slice(1) : cell
      const got = readCell(cell)
      if (got.kind === 'missing') noteMissing(row, cell)
      placeOf.set(kept, known.length)
      places.push(known.length)
      known.push({ ...got, cell: kept, first: row, count: 1 })
      if (known.length === mostCells && decided() === 'numeric') {
        toNumbers()
        known.length = 0
        placeOf.clear()
      }
    },
    finish: () => {
      if (numbers === undefined && decided() === 'numeric') toNumbers()
      if (missing === 'error' && firstMissing !== undefined) {
        throw fail(firstMissing.row, `must have a value, got ${shown(firstMissing.cell)}`)
      }
      if (numbers === undefined) {
        const texts = known.map(({ cell, kind }) => (kind === 'missing' ? undefined : String(cell).trim()))
        const values = Array.from(places.values(), place => (place < 0 ? undefined : texts[place]))
        return { name, kind: 'categorical', values }
      }
      if (firstInfinite === undefined) return { name, kind: 'numeric', values: numbers.values() }
      throw fail(firstInfinite.row, `must be a finite number, got ${shown(firstInfinite.cell)}`)
    },
  }
}

/** A column of cells in memory; see `columnBuilder`. */
export function columnOf(
  name: string,
  cells: readonly Cell[],
  kind: GivenKind,
  rules: CellRules,
): TableColumn {
  const builder = columnBuilder(name, kind, rules)
  for (const cell of cells) builder.push(cell)
  return builder.finish()
}

function shown(cell: Cell): string {
  if (cell === undefined) return 'none'
  return typeof cell === 'string' ? JSON.stringify(cell) : String(cell)
}
