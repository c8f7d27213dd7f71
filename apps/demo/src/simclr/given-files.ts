import type { GivenFile } from './messages.ts'

/** The files of an input that takes a folder. */
export const filesOf = (input: HTMLInputElement): GivenFile[] =>
  Array.from(input.files ?? [], file => ({ file, path: file.webkitRelativePath || `folder/${file.name}` }))

/** The files of dropped folders, with their paths; loose files count as one folder's. */
export async function droppedFiles({ items }: DataTransfer): Promise<GivenFile[]> {
  // The entries must be taken at once: the browser forgets them after the event.
  const entries = Array.from(items, item => item.webkitGetAsEntry()).filter(entry => entry !== null)
  const inOneFolder = entries.length === 1 && entries[0].isDirectory
  const found: GivenFile[] = []
  for (const entry of entries) await visit(entry, inOneFolder ? '' : 'folder/', found)
  return found
}

async function visit(entry: FileSystemEntry, prefix: string, found: GivenFile[]): Promise<void> {
  const path = `${prefix}${entry.name}`
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail))
    found.push({ file, path })
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader gives a hundred entries at a time, and none at its end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail))
    if (part.length === 0) return
    for (const one of part) await visit(one, `${path}/`, found)
  }
}
