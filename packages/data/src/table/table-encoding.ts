/** A numeric column as z = (x − mean)/deviation: one number a row. */
export interface NumericEncoding {
  readonly name: string
  readonly kind: 'numeric'
  readonly mean: number
  readonly deviation: number
  /** What stands in for a missing cell: the median. Absent where missing cells are errors. */
  readonly imputation?: number
}

/** A categorical column one-hot, its categories in the order of their code units. */
export interface CategoricalEncoding {
  readonly name: string
  readonly kind: 'categorical'
  readonly categories: readonly string[]
  /** What stands in for a missing cell: the most frequent category. Absent where missing cells are errors. */
  readonly imputation?: string
}

/** A column of one value only: it has no density and is not encoded, but decoded rows have it again. */
export interface ConstantEncoding {
  readonly name: string
  readonly kind: 'constant'
  readonly value: number | string
}

export type ColumnEncoding = NumericEncoding | CategoricalEncoding | ConstantEncoding

/** How the columns of a table become rows of numbers; JSON, as `fitTableEncoding` makes it. */
export interface TableEncoding {
  /** In the order of their blocks. */
  readonly columns: readonly ColumnEncoding[]
}

/** The places of a column in an encoded row: `start` … `start` + `width` − 1. */
export interface ColumnBlock {
  readonly name: string
  readonly kind: 'numeric' | 'categorical'
  readonly start: number
  readonly width: number
}

export interface TableLayout {
  /** Numbers a row: 1 for a numeric column, one for each category of a categorical one, 0 for a constant. */
  readonly width: number
  readonly blocks: readonly ColumnBlock[]
  /** Names of the constant columns, which are kept out. */
  readonly constant: readonly string[]
  /**
   * log |∂z/∂x| = Σ −log deviation over numeric columns. A density of encoded rows plus this is a density per unit of
   * the original columns: log p(x) = log p(z) + logJacobian. Categories have probabilities, no units.
   */
  readonly logJacobian: number
}

/**
 * Where each column lies in an encoded row, and what standardising did to densities, in nats.
 *
 * @example
 * ```ts
 * import { fitTableEncoding, tableFromRecords, tableLayout } from '@chiaro/data'
 *
 * const rows = [{ age: 30, site: 'north' }, { age: 40, site: 'south' }]
 * const { blocks, width } = tableLayout(fitTableEncoding(tableFromRecords(rows)))
 * console.log(blocks, width) // age is entry 0 of 3, site entries 1 and 2
 * ```
 */
export function tableLayout({ columns }: TableEncoding): TableLayout {
  const blocks: ColumnBlock[] = []
  const constant: string[] = []
  let width = 0
  let logJacobian = 0
  for (const column of columns) {
    const { name, kind } = column
    if (kind === 'constant') {
      constant.push(name)
      continue
    }
    const own = kind === 'numeric' ? 1 : column.categories.length
    blocks.push({ name, kind, start: width, width: own })
    width += own
    if (kind === 'numeric') logJacobian -= Math.log(column.deviation)
  }
  return { width, blocks, constant, logJacobian }
}
