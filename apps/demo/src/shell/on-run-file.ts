import { byId, fail } from './run-controls.ts'

/**
 * Takes the run file that is chosen by the open button, or dropped anywhere on the page. Left to the browser, a file that
 * is dropped would be shown by it, and the run would be gone.
 *
 * @param dropped takes anything else that is dropped
 */
export function onRunFile(
  opened: (file: File) => void,
  dropped: (dropped: DataTransfer) => void = refuse,
): void {
  const input = byId<HTMLInputElement>('run-file')
  byId('open').addEventListener('click', () => input.click())
  input.addEventListener('change', () => {
    const file = input.files?.[0]
    if (file) opened(file)
    // The same file again is a change, too.
    input.value = ''
  })
  const ofFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
  document.addEventListener('dragover', event => {
    if (ofFiles(event)) event.preventDefault()
  })
  document.addEventListener('drop', event => {
    const { dataTransfer } = event
    if (dataTransfer === null || !ofFiles(event)) return
    event.preventDefault()
    const run = runFile(dataTransfer)
    if (run === undefined) dropped(dataTransfer)
    else opened(run)
  })
}

/** The one file that is dropped, where its name is a run's. */
function runFile({ files, items }: DataTransfer): File | undefined {
  const isFolder = items[0]?.webkitGetAsEntry()?.isDirectory === true
  return files.length === 1 && !isFolder && /\.zip$/i.test(files[0].name) ? files[0] : undefined
}

function refuse({ files }: DataTransfer): void {
  const names = Array.from(files, ({ name }) => name)
  const got = names.length > 3 ? `${names.length} files` : names.join(', ')
  fail(`This page opens one run file (.zip), got ${got}.`)
}
