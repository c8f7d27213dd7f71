import type { TableEncoding } from '@chiaro/data'
import type { ColumnKinds } from '../task.ts'

/** The columns that a model looks at, to be read as the kinds it was trained on. */
export function columnKinds(encoding: TableEncoding, { impute }: { readonly impute: boolean }): ColumnKinds {
  const of = (kind: string) => encoding.columns.filter(column => column.kind === kind).map(({ name }) => name)
  const [numeric, categorical] = [of('numeric'), of('categorical')]
  return { columns: [...numeric, ...categorical], numeric, categorical, missing: impute ? 'keep' : 'error' }
}
