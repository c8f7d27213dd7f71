import { ChiaroError } from '@chiaro/core'
import type { Features, TaskModel } from '@chiaro/tasks'
import { type CellFlags, openTableFor, tableSourceSchema } from './data/table-source.ts'
import { abilityOf, type TaskRun } from './open-run.ts'

/** Rows of a table as a run sees them. */
export interface RowGallery extends Features {
  /** [count] the line of each row in its file, or its number. */
  readonly names: readonly string[]
}

/** The embeddings of the rows that `--table` names; without it of those that the run was trained on. */
export async function openRowGallery(
  where: string,
  run: TaskRun,
  model: TaskModel,
  { table: file, ...cells }: CellFlags & { readonly table?: string },
): Promise<RowGallery> {
  const embedRows = abilityOf(where, run, 'embedRows', 'embeds rows')
  const { source } = run.info.config as { readonly source?: unknown }
  const known = tableSourceSchema.safeParse(source)
  const from = file ?? (known.success ? known.data.table : undefined)
  if (from === undefined) {
    const problem = 'a run that a program made has no table: --table must be given'
    throw new ChiaroError('run', `${where}: ${problem}`, '--table')
  }
  const columns = abilityOf(where, run, 'columns', 'embeds rows')(model)
  const table = await openTableFor(columns, from, cells, source)
  const names = Array.from({ length: table.rowCount }, (_, row) => String(table.rowNumbers?.[row] ?? row + 1))
  return { names, ...(await embedRows(model, table)) }
}
