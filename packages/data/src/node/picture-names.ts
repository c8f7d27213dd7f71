import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, sep } from 'node:path'
import { type BadPicture, badPicture } from '../bad-pictures.ts'
import { dataError } from '../data-error.ts'
import { isHidden } from '../extension-counts.ts'
import { beginsAsPicture } from './picture-formats.ts'
import { unreadable } from './read-file.ts'

export interface PictureNamesOptions {
  /** Lower case, with the dot; '' lets a name without any pass when the file begins as a picture. */
  readonly extensions: ReadonlySet<string>
  readonly recursive: boolean
  /** 'inside': a link that leads out of the folder is bad; 'anywhere': it is followed. */
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
  /** The other files; what is hidden and what is no file too, a hidden folder as one with / behind it. */
  readonly others: readonly string[]
  /** Links by a picture's name that lead nowhere, links that lead out, and names that can't be read. */
  readonly bad: readonly BadPicture[]
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
  const leadsOut = (real: string) => {
    const way = relative(root, real)
    return links === 'inside' && (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
  }
  const hasExtension = (name: string) => extname(name) !== '' && extensions.has(extname(name).toLowerCase())
  const isPicture = async (path: string) =>
    hasExtension(path) || (extname(path) === '' && extensions.has('') && (await beginsAsPicture(path)))
  const bad: BadPicture[] = []
  const tellBad = (path: string, problem: string) => {
    bad.push(badPicture(where, { picture: path }, dataError(where, { file: path }, problem)))
  }
  const visitLink = async (path: string, name: string) => {
    const to = await destination(path).catch((error: unknown) => ({ error }))
    const named = hasExtension(name)
    if ('error' in to) {
      // By another name than a picture's it is no missing picture.
      if (named) tellBad(path, unreadable(path, to.error))
      else others.push(name)
    } else if (to.kind === 'folder' && !recursive) return
    else if (leadsOut(to.real) && (named || to.kind === 'folder')) {
      tellBad(path, `must not lead out of ${folder} (links: 'anywhere' allows it), got a link to ${to.real}`)
    } else if (to.kind === 'folder') linked.push({ path, prefix: `${name}/`, real: to.real })
    else if (to.kind === 'file' && !leadsOut(to.real) && (await isPicture(path))) pictures.push(name)
    else others.push(name)
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
      const here = join(path, entry.name)
      const name = `${prefix}${entry.name}`
      if (isHidden(entry.name)) others.push(entry.isDirectory() ? `${name}/` : name)
      else if ((entry.isDirectory() || hasExtension(name)) && (await isUnnamed(here))) {
        tellBad(here, 'its name must be UTF-8, got other bytes; rename it')
      } else if (entry.isSymbolicLink()) await visitLink(here, name)
      else if (entry.isDirectory() && recursive) {
        folders.push({ path: here, prefix: `${name}/`, real: join(real, entry.name) })
      } else if (!entry.isDirectory()) {
        ;(entry.isFile() && (await isPicture(here)) ? pictures : others).push(name)
      }
    }
  }
  return { pictures, others, bad, folders: ownFolders }
}

/** Whether a name was read that its file does not have: bytes that are no UTF-8 come as U+FFFD. */
async function isUnnamed(path: string): Promise<boolean> {
  if (!path.includes('\uFFFD')) return false
  return lstat(path).then(
    () => false,
    () => true,
  )
}

/** What a link leads to. */
async function destination(path: string) {
  const [stats, real] = await Promise.all([stat(path), realpath(path)])
  const kind = stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'
  return { kind, real } as const
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
