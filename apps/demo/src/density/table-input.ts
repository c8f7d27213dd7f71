import { byId, fail } from '../shell/run-controls.ts'
import { type NumberColumns, numberColumns, pairsOf } from './csv.ts'
import type { OwnRows } from './messages.ts'

/** A CSV file, and which of its columns go across and up. */
export interface TableInput {
  /** Two columns as they are chosen; nothing before a file is. */
  readonly rows: () => { readonly given: OwnRows } | undefined
  /** Shows the inputs, or hides them. */
  readonly show: (wanted: boolean) => void
}

const axes = ['column-x', 'column-y'] as const

/** Reads the file that is chosen; `changed` is called when other rows are. */
export function createTableInput(changed: () => void): TableInput {
  const input = byId<HTMLInputElement>('csv')
  let table: NumberColumns | undefined

  async function read() {
    const file = input.files?.[0]
    if (file === undefined) return
    try {
      table = numberColumns(await file.text())
    } catch (error) {
      return fail(error instanceof Error ? error.message : String(error))
    }
    const { names } = table
    for (const [chosen, id] of axes.entries()) {
      const options = names.map((name, i) => new Option(name, String(i), i === chosen, i === chosen))
      byId<HTMLSelectElement>(id).replaceChildren(...options)
    }
    changed()
  }

  input.addEventListener('change', read)
  for (const id of axes) byId(id).addEventListener('change', changed)
  return {
    rows() {
      if (table === undefined) return undefined
      const [across, up] = axes.map(id => Number(byId<HTMLSelectElement>(id).value))
      const names = [table.names[across], table.names[up]] as const
      return { given: { values: pairsOf(table, across, up), names } }
    },
    show(wanted) {
      byId('file-label').hidden = !wanted
      byId('columns').hidden = !wanted || table === undefined
    },
  }
}
