import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { dataError } from '../data-error.ts'
import { unreadable } from './read-file.ts'

export interface ListedImage {
  /** Path of the picture file. */
  readonly image: string
  /** Path relative to the folder, with / on every system. */
  readonly name: string
  /** The name of the sub-folder it is in, when `labels` was asked for. */
  readonly label?: string
}

export interface ListImagesOptions {
  /** Lower or upper case. Default .png, .jpg, .jpeg, .webp, .gif, .avif, .tif, .tiff and .svg. */
  readonly extensions?: readonly string[]
  /** Whether sub-folders are searched too. Default true. */
  readonly recursive?: boolean
  /** Whether a picture's first sub-folder is its label; then none may lie outside a sub-folder. Default false. */
  readonly labels?: boolean
}

const pictureExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff', '.svg']

/**
 * The pictures of a folder, by extension, in the bytewise order of their relative paths: the same on every system.
 * Links are followed, but never into a folder they lie in. Names that begin with a dot are left out.
 *
 * @throws ChiaroError ('data') that names the folder or file: no such folder, no picture in it, a link that leads
 *   nowhere, with `labels` a picture outside every sub-folder
 */
export async function listImages(folder: string, options: ListImagesOptions = {}): Promise<ListedImage[]> {
  const { extensions = pictureExtensions, recursive = true, labels = false } = options
  const wanted = new Set(extensions.map(extension => extension.toLowerCase()))
  const names: string[] = []
  const visit = async (path: string, prefix: string, above: readonly string[]) => {
    const real = await realpath(path)
    if (above.includes(real)) return
    for (const entry of await readdir(path, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue
      const here = join(path, entry.name)
      const picture = wanted.has(extname(entry.name).toLowerCase())
      // A broken link by a picture's name is a missing picture; by another name it is nobody's business.
      if (entry.isSymbolicLink() && !picture && !(await exists(here))) continue
      const kind = entry.isSymbolicLink() ? await kindOf(here) : entry
      if (kind.isDirectory() && recursive) await visit(here, `${prefix}${entry.name}/`, [...above, real])
      else if (kind.isFile() && picture) names.push(`${prefix}${entry.name}`)
    }
  }
  await kindOf(folder).then(kind => {
    if (!kind.isDirectory()) throw dataError('listImages', { file: folder }, 'must be a folder, got a file')
  })
  await visit(folder, '', [])
  if (names.length === 0) {
    const problem = `must have pictures (${[...wanted].join(', ')}), got none`
    throw dataError('listImages', { file: folder }, problem)
  }
  const sorted = names.map(name => ({ name, bytes: Buffer.from(name) }))
  sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  return sorted.map(({ name }) => ({
    image: join(folder, name),
    name,
    ...(labels && { label: labelOf(folder, name) }),
  }))
}

async function kindOf(path: string) {
  return stat(path).catch(error => {
    throw dataError('listImages', { file: path }, unreadable(path, error), { cause: error })
  })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function labelOf(folder: string, name: string): string {
  const cut = name.indexOf('/')
  if (cut > 0) return name.slice(0, cut)
  const problem = 'must lie in a sub-folder, whose name is its label, got none'
  throw dataError('listImages', { file: join(folder, name) }, problem)
}
