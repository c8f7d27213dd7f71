import { dataError } from '../data-error.ts'

/** A picture the user has given the page. */
export interface ListedFile {
  /** Path relative to what was given, with /. */
  readonly name: string
  /** Its first sub-folder, if it lies in one. */
  readonly label?: string
  /** The file's bytes, when they are needed: the list holds none. */
  readonly open: () => Promise<File>
}

const picture = /\.(png|jpe?g|webp|gif)$/i
const hidden = /(^|\/)\./

/**
 * The pictures among the files of an input or a drop, by extension, in the order of their paths. Of a chosen folder
 * (`webkitdirectory`) the paths are relative to it. Names that begin with a dot are left out.
 *
 * @throws ChiaroError ('data') when there is none
 */
export function listFiles(files: ArrayLike<File>): ListedFile[] {
  const listed = Array.from(files, file => {
    const name = file.webkitRelativePath ? file.webkitRelativePath.replace(/^[^/]*\//, '') : file.name
    return entry(name, async () => file)
  })
  return pictures('listFiles', listed)
}

/**
 * The pictures of a folder of the origin's private file system, or of one the user has opened, as `listFiles` orders
 * them.
 *
 * @throws ChiaroError ('data') when there is none
 */
export async function listHandles(folder: FileSystemDirectoryHandle): Promise<ListedFile[]> {
  const listed: ListedFile[] = []
  const visit = async (directory: Iterates, prefix: string): Promise<void> => {
    for await (const handle of directory.values()) {
      if (handle.kind === 'file') {
        listed.push(entry(`${prefix}${handle.name}`, () => (handle as FileSystemFileHandle).getFile()))
      } else await visit(handle as unknown as Iterates, `${prefix}${handle.name}/`)
    }
  }
  await visit(folder as unknown as Iterates, '')
  return pictures('listHandles', listed)
}

/** TypeScript has a directory's iterators in a library of its own. */
interface Iterates {
  values(): AsyncIterable<FileSystemHandle>
}

function entry(name: string, open: () => Promise<File>): ListedFile {
  const cut = name.indexOf('/')
  return { name, ...(cut > 0 && { label: name.slice(0, cut) }), open }
}

function pictures(where: string, listed: readonly ListedFile[]): ListedFile[] {
  const found = listed.filter(({ name }) => picture.test(name) && !hidden.test(name))
  if (found.length === 0) {
    throw dataError(where, undefined, `there must be pictures, got none among ${listed.length} files`)
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
