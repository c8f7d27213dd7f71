import type { Dirent } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'
import { dataError } from '../data-error.ts'
import { beginsAsPicture } from './picture-formats.ts'
import { unreadable } from './read-file.ts'

export interface PictureNamesOptions {
  /** Lower case, with the dot; '' lets a name without any pass when the file begins as a picture. */
  readonly extensions: ReadonlySet<string>
  readonly recursive: boolean
  /** 'inside': a link that leads out of the folder is an error; 'anywhere': it is followed. */
  readonly links: 'inside' | 'anywhere'
}

/** A folder that is still to be read: its path, what its pictures' names begin with, and the path without links. */
interface Visit {
  readonly path: string
  readonly prefix: string
  readonly real: string
}

/** What a folder holds; names relative to it, with /, unsorted. */
export interface FolderNames {
  readonly pictures: readonly string[]
  /** The other files. */
  readonly others: readonly string[]
  /** Its own sub-folders that were read. */
  readonly folders: readonly string[]
}

/**
 * The names of a folder's pictures, and what else it holds. No folder is read twice, whatever links there are:
 * a link to a folder is followed when what is no link has been read, and only if that has not led there.
 */
export async function pictureNames(
  where: string,
  folder: string,
  { extensions, recursive, links }: PictureNamesOptions,
): Promise<FolderNames> {
  if (!(await statOf(where, folder)).isDirectory()) {
    throw dataError(where, { file: folder }, 'must be a folder, got a file')
  }
  const root = await orFail(where, folder, realpath(folder))
  const pictures: string[] = []
  const others: string[] = []
  const ownFolders: string[] = []
  const visited = new Set<string>()
  const folders: Visit[] = [{ path: folder, prefix: '', real: root }]
  const linked: Visit[] = []
  const checkInside = (path: string, real: string) => {
    const way = relative(root, real)
    if (links === 'anywhere' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))) return
    const problem = `must not lead out of ${folder} (links: 'anywhere' allows it), got a link to ${real}`
    throw dataError(where, { file: path }, problem)
  }
  const hasExtension = (name: string) => extname(name) !== '' && extensions.has(extname(name).toLowerCase())
  const isPicture = async (path: string) =>
    hasExtension(path) || (extname(path) === '' && extensions.has('') && (await beginsAsPicture(path)))
  const visitLink = async (path: string, name: string) => {
    const kind = await statOf(where, path).catch(error => {
      // A broken link by a picture's name is a missing picture; by another name it is nobody's business.
      if (hasExtension(name)) throw error
      return undefined
    })
    const isFolder = kind?.isDirectory() && recursive
    if (kind?.isFile() && !hasExtension(name)) others.push(name)
    if (!isFolder && !(kind?.isFile() && hasExtension(name))) return
    const real = await orFail(where, path, realpath(path))
    checkInside(path, real)
    if (isFolder) linked.push({ path, prefix: `${name}/`, real })
    else pictures.push(name)
  }
  for (
    let next = folders.pop() ?? linked.shift();
    next !== undefined;
    next = folders.pop() ?? linked.shift()
  ) {
    const { path, prefix, real } = next
    if (visited.has(real)) continue
    visited.add(real)
    if (/^[^/]+\/$/.test(prefix)) ownFolders.push(prefix.slice(0, -1))
    for (const entry of await entriesOf(where, path)) {
      if (entry.name.startsWith('.')) continue
      const here = join(path, entry.name)
      const name = `${prefix}${entry.name}`
      if (entry.isSymbolicLink()) await visitLink(here, name)
      else if (entry.isDirectory() && recursive) {
        folders.push({ path: here, prefix: `${name}/`, real: join(real, entry.name) })
      } else if (entry.isFile()) ((await isPicture(here)) ? pictures : others).push(name)
    }
  }
  return { pictures, others, folders: ownFolders }
}

/** Sorted, so that which of two links to one folder is followed does not depend on the system. */
async function entriesOf(where: string, path: string): Promise<Dirent[]> {
  const entries = await orFail(where, path, readdir(path, { withFileTypes: true }))
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function statOf(where: string, path: string) {
  return orFail(where, path, stat(path))
}

async function orFail<T>(where: string, path: string, asked: Promise<T>): Promise<T> {
  return asked.catch(error => {
    throw dataError(where, { file: path }, unreadable(path, error), { cause: error })
  })
}
