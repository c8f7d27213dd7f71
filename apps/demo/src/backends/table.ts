import { workNames } from './messages.ts'
import { type BackendName, backendNames, type Row } from './rows.ts'
import { backendWords, megabytes, milliseconds, workWords } from './words.ts'

const heads = [
  'Backend',
  ...workNames.map(name => `${workWords[name].title}, ms`),
  'Gradient check',
  'Gradient’s error',
  'Tensors at most',
  'Heap',
]

/** An element with its role: as cards, on a phone, a table's parts would lose theirs. */
function part(
  name: 'tr' | 'th' | 'td' | 'thead' | 'tbody',
  role: string,
  children: readonly (Node | string)[],
) {
  const element = document.createElement(name)
  element.setAttribute('role', role)
  element.append(...children)
  return element
}

function cell(head: string, content: Node | string): HTMLElement {
  const td = part('td', 'cell', [content])
  td.dataset.head = head
  return td
}

/** What stands in a backend's cells, from the second on. */
function cellsOf(row: Row): HTMLElement[] {
  if (row.kind === 'measured') {
    const { times, gradientError, memory } = row.measurement
    const contents = [
      ...workNames.map(name => milliseconds(times[name])),
      'passes',
      gradientError.toExponential(0).replace('-', '−'),
      megabytes(memory.tensors),
      megabytes(memory.heap),
    ]
    return contents.map((content, i) => cell(heads[i + 1], content))
  }
  const words = {
    idle: 'Not measured yet.',
    waiting: 'Waits for its turn.',
    measuring: row.kind === 'measuring' ? `Measures: ${row.what}…` : '',
    failed: row.kind === 'failed' ? row.reason : '',
  }[row.kind]
  const td = part('td', 'cell', [words])
  td.setAttribute('colspan', String(heads.length - 1))
  td.className = `words ${row.kind}`
  return [td]
}

/** Draws the table anew; `measureOne` is what a row's button does. */
export function showTable(
  table: HTMLElement,
  rows: Readonly<Record<BackendName, Row>>,
  busy: boolean,
  measureOne: (name: BackendName) => void,
): void {
  const head = part('thead', 'rowgroup', [
    part(
      'tr',
      'row',
      heads.map(words => {
        const th = part('th', 'columnheader', [words])
        th.setAttribute('scope', 'col')
        return th
      }),
    ),
  ])
  const body = part(
    'tbody',
    'rowgroup',
    backendNames.map(name => {
      const button = document.createElement('button')
      button.type = 'button'
      button.textContent = 'Measure'
      button.setAttribute('aria-label', `Measure ${backendWords[name]}`)
      button.disabled = busy
      button.addEventListener('click', () => measureOne(name))
      const title = document.createElement('span')
      title.textContent = backendWords[name]
      const holder = document.createElement('div')
      holder.append(title, button)
      const th = part('th', 'rowheader', [holder])
      th.setAttribute('scope', 'row')
      const tr = part('tr', 'row', [th, ...cellsOf(rows[name])])
      tr.dataset.backend = name
      tr.dataset.state = rows[name].kind
      return tr
    }),
  )
  const focused = document.activeElement?.getAttribute('aria-label')
  table.setAttribute('role', 'table')
  table.replaceChildren(head, body)
  if (focused) table.querySelector<HTMLElement>(`[aria-label="${focused}"]`)?.focus()
}
