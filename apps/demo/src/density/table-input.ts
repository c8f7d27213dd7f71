import { byId, fail, say } from '../shell/run-controls.ts'
import { type NumberColumns, numberColumns, pairsOf } from './csv.ts'
import type { OwnRows } from './messages.ts'

/** A CSV file, and which of its columns go across and up. */
export interface TableInput {
  /** Takes a file; where it can't be used, the page says why, and the one before stays. */
  readonly read: (file: File) => Promise<void>
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

  let readings = 0

  async function read(file: File) {
    readings += 1
    const reading = readings
    const told = (words: string) => {
      if (reading === readings) say(words)
    }
    try {
      const next = await numberColumns(file, told)
      if (reading !== readings) return
      table = next
    } catch (error) {
      if (reading !== readings) return
      say(table === undefined ? '' : remarkOf(table))
      return fail(error instanceof Error ? error.message : String(error))
    }
    const { names } = table
    for (const [chosen, id] of axes.entries()) {
      const options = names.map((name, i) => new Option(name, String(i), i === chosen, i === chosen))
      byId<HTMLSelectElement>(id).replaceChildren(...options)
    }
    changed()
  }

  /** The two columns that are chosen. */
  function chosen(of: NumberColumns) {
    const [across, up] = axes.map(id => Number(byId<HTMLSelectElement>(id).value))
    return { across, up, ...pairsOf(of, across, up) }
  }
  const remarkOf = (of: NumberColumns) => chosen(of).remark

  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file !== undefined) void read(file)
  })
  for (const id of axes) byId(id).addEventListener('change', changed)
  return {
    read,
    rows() {
      if (table === undefined) return undefined
      const { across, up, values, remark } = chosen(table)
      return { given: { values, names: [table.names[across], table.names[up]], remark } }
    },
    show(wanted) {
      byId('file-label').hidden = !wanted
      byId('columns').hidden = !wanted || table === undefined
    },
  }
}
