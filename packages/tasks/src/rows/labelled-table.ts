import type { ColumnTable } from '@chiaro/data'

/** A table with the class of each row, where training is told. */
export interface LabelledTable extends ColumnTable {
  /** [rows] equal numbers, equal classes. */
  readonly classes?: Int32Array
}
