import { dataError } from '../data-error.ts'
import { extensionCounts, isHidden } from '../extension-counts.ts'

/** A picture the user has given the page. */
export interface ListedFile {
  /** Path relative to what was given, with /. */
  readonly name: string
  /** Its first sub-folder, if it lies in one. */
  readonly label?: string
  /** The file's bytes, when they are needed: the list holds none. */
  readonly open: () => Promise<File>
}

export interface ListFilesOptions {
  /** Is called with the names of the other files, hidden ones too, in their order, where there are any. */
  readonly onOthers?: (names: readonly string[]) => void
}

const picture = /\.(png|jpe|jpe?g|jfif|webp|gif|bmp)$/i

/**
 * The pictures among the files of an input or a drop, by extension, in the order of their paths. Of a chosen folder
 * (`webkitdirectory`) the paths are relative to it. Names that begin with a dot are no pictures.
 *
 * @throws ChiaroError ('data') when there is none
 *
 * @example
 * ```ts
 * import { listFiles } from '@chiaro/data/browser'
 *
 * const dropped = [new File([], 'b.png'), new File([], 'notes.txt'), new File([], 'a.jpg')]
 * const listed = listFiles(dropped, { onOthers: names => console.log(names) }) // notes.txt
 * console.log(listed.map(({ name }) => name)) // a.jpg, b.png
 * ```
 */
export function listFiles(files: ArrayLike<File>, options: ListFilesOptions = {}): ListedFile[] {
  const listed = Array.from(files, file => {
    const name = file.webkitRelativePath ? file.webkitRelativePath.replace(/^[^/]*\//, '') : file.name
    return listedFile(name, async () => file)
  })
  return pictures('listFiles', listed, options)
}

/**
 * The pictures of a folder of the origin's private file system, or of one the user has opened, as `listFiles` orders
 * them.
 *
 * @throws ChiaroError ('data') when there is none
 *
 * @example
 * ```ts
 * import { listHandles } from '@chiaro/data/browser'
 *
 * // Pictures that the page has kept for itself, listed again after a reload.
 * async function kept() {
 *   const root = await navigator.storage.getDirectory()
 *   return listHandles(await root.getDirectoryHandle('pictures', { create: true }))
 * }
 * console.log(kept.length)
 * ```
 */
export async function listHandles(
  folder: FileSystemDirectoryHandle,
  options: ListFilesOptions = {},
): Promise<ListedFile[]> {
  const listed: ListedFile[] = []
  const visit = async (directory: Iterates, prefix: string): Promise<void> => {
    for await (const handle of directory.values()) {
      if (handle.kind === 'file') {
        listed.push(listedFile(`${prefix}${handle.name}`, () => (handle as FileSystemFileHandle).getFile()))
      } else await visit(handle as unknown as Iterates, `${prefix}${handle.name}/`)
    }
  }
  await visit(folder as unknown as Iterates, '')
  return pictures('listHandles', listed, options)
}

/** TypeScript has a directory's iterators in a library of its own. */
interface Iterates {
  values(): AsyncIterable<FileSystemHandle>
}

function listedFile(name: string, open: () => Promise<File>): ListedFile {
  const cut = name.indexOf('/')
  return { name, ...(cut > 0 && { label: name.slice(0, cut) }), open }
}

function pictures(
  where: string,
  listed: readonly ListedFile[],
  { onOthers }: ListFilesOptions,
): ListedFile[] {
  const order = [...listed].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const isPicture = ({ name }: ListedFile) => picture.test(name) && !isHidden(name)
  const found = order.filter(isPicture)
  const others = order.flatMap(file => (isPicture(file) ? [] : [file.name]))
  if (found.length === 0) {
    const got = others.length === 0 ? 'none' : `other files only: ${extensionCounts(others)}`
    throw dataError(where, undefined, `there must be pictures (PNG, JPEG, WebP, GIF, BMP), got ${got}`)
  }
  if (others.length > 0) onOthers?.(others)
  return found
}
