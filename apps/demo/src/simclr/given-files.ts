import type { GivenFile } from './messages.ts'

/** The files of an input that takes a folder. */
export const filesOf = (input: HTMLInputElement): GivenFile[] =>
  Array.from(input.files ?? [], file => ({ file, path: file.webkitRelativePath || `folder/${file.name}` }))

/**
 * The files of dropped folders, with their paths; loose files count as one folder's.
 *
 * @param told is told now and then how many have been found
 * @throws Error in words for the page that names what can't be read
 */
export async function droppedFiles(
  { items }: DataTransfer,
  told: (found: number) => void,
): Promise<GivenFile[]> {
  // The entries must be taken at once: the browser forgets them after the event.
  const dropped = Array.from(items, item => [item.webkitGetAsEntry(), item.getAsFile()] as const)
  const entries = dropped.flatMap(([entry]) => entry ?? [])
  const inOneFolder = entries.length === 1 && entries[0].isDirectory
  // What comes from another page has no entry.
  const found: GivenFile[] = dropped.flatMap(([entry, file]) =>
    entry === null && file !== null ? { file, path: `folder/${file.name}` } : [],
  )
  await visit(entries, inOneFolder ? '' : 'folder/', found, told)
  return found
}

/** Files and folders in one folder; a folder's files are asked for at once, since each answer takes its while. */
async function visit(
  entries: readonly FileSystemEntry[],
  prefix: string,
  found: GivenFile[],
  told: (found: number) => void,
): Promise<void> {
  const files = entries.filter(({ isFile }) => isFile) as FileSystemFileEntry[]
  const taken = files.map(async entry => {
    const path = `${prefix}${entry.name}`
    return { path, file: await asked<File>(path, (done, failed) => entry.file(done, failed)) }
  })
  found.push(...(await Promise.all(taken)))
  told(found.length)
  for (const entry of entries) {
    if (!entry.isDirectory) continue
    const path = `${prefix}${entry.name}`
    const reader = (entry as FileSystemDirectoryEntry).createReader()
    // A reader gives a hundred entries at a time, and none at its end.
    for (;;) {
      const part = await asked<FileSystemEntry[]>(path, (done, failed) => reader.readEntries(done, failed))
      if (part.length === 0) break
      await visit(part, `${path}/`, found, told)
    }
  }
}

function asked<T>(path: string, ask: (done: (got: T) => void, failed: (error: Error) => void) => void) {
  return new Promise<T>((done, failed) => {
    ask(done, cause => failed(new Error(`${path} can’t be read (${cause.message}).`, { cause })))
  })
}
