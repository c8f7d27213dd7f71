import { ChiaroError } from '@chiaro/core'
import type { CategoricalColumn, ColumnTable } from '@chiaro/data'
import type { Labels } from './labels.ts'
import { namedClasses } from './named-classes.ts'

/** Rows of a table with their classes. */
export interface LabelledRows extends Labels {
  readonly table: ColumnTable
}

/**
 * The rows, and the classes that one column says, which was read as one of categories.
 *
 * @throws ChiaroError ('data') that names file and row of a missing one
 */
export function labelledRows(table: ColumnTable, name: string, file: string): LabelledRows {
  const column = table.columns.find(one => one.name === name) as CategoricalColumn | undefined
  if (column === undefined) {
    const problem = `--label-column ${name} is taken for an index, and left out; give it another name`
    throw new ChiaroError('data', `${file}: ${problem}`, '--label-column')
  }
  const { values } = column
  const row = values.indexOf(undefined)
  if (row >= 0) {
    const at = `${file}, row ${table.rowNumbers?.[row] ?? row + 1}`
    throw new ChiaroError('data', `${at}: ${name} must have a class, got a missing cell`, '--label-column')
  }
  const others = table.columns.filter(column => column.name !== name)
  return { table: { ...table, columns: others }, ...namedClasses(values as readonly string[]) }
}
