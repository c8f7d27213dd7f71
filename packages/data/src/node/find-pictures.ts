import { readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import { insideFolder } from './inside-folder.ts'
import { unreadable } from './read-file.ts'

/** Where a picture is, or why there is none, in words that go on from "it". */
export type FoundPicture = { readonly path: string } | { readonly problem: string }

/**
 * Finds the files that a table's names mean within a folder: relative paths, absolute ones that lead into it, with
 * blanks around them, with the backslashes of Windows, and letters with marks composed or not. Another case and per
 * cent codes are found only for the message.
 */
export async function pictureFinder(folder: string): Promise<(name: string) => Promise<FoundPicture>> {
  const roots = [...new Set([resolve(folder), await realpath(folder).catch(() => resolve(folder))])]
  const composed = nameWalk(text => text.normalize('NFC'))
  const folded = nameWalk(text => text.normalize('NFC').toLowerCase())
  return async name => {
    const inside = spellings(name).flatMap(spelling => within(roots, spelling) ?? [])
    if (inside.length === 0) return { problem: `must be a path within the image folder, got ${name}` }
    for (const way of inside) {
      const path = join(folder, way)
      try {
        if ((await stat(path)).isFile()) return { path }
        return { problem: `${path} must be a file, got a folder or a device` }
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT' && code !== 'ENOTDIR') return { problem: unreadable(path, error) }
      }
    }
    for (const way of inside) {
      const found = await composed(folder, way)
      if (found !== undefined) return { path: join(folder, found) }
    }
    for (const way of [...inside, ...decoded(inside)]) {
      const like = await folded(folder, way)
      const missing = `${join(folder, inside[0])} must exist, got nothing of that name`
      if (like !== undefined) return { problem: `${missing}; there is ${like}` }
    }
    return { problem: `${join(folder, inside[0])} must exist, got nothing of that name` }
  }
}

/** A name as it stands, then as it may be meant. */
function spellings(name: string): string[] {
  const trimmed = name.trim()
  return [...new Set([name, trimmed, name.replaceAll('\\', '/'), trimmed.replaceAll('\\', '/')])]
}

/** The path relative to a folder that has it. */
function within(roots: readonly string[], name: string): string | undefined {
  for (const root of roots) {
    const path = insideFolder(root, name.startsWith(root + sep) ? name.slice(root.length + 1) : name)
    if (path !== undefined) return relative(root, path)
  }
  return undefined
}

function decoded(names: readonly string[]): string[] {
  return names.flatMap(name => {
    try {
      return name.includes('%') ? [decodeURIComponent(name)] : []
    } catch {
      return []
    }
  })
}

/** Finds the one path whose parts are like those asked for; each folder is read once. */
function nameWalk(
  key: (text: string) => string,
): (folder: string, way: string) => Promise<string | undefined> {
  const folders = new Map<string, Promise<ReadonlyMap<string, string | undefined>>>()
  const read = async (path: string) => {
    const names = new Map<string, string | undefined>()
    // Of two names that are alike neither is meant.
    for (const name of await readdir(path).catch(() => [])) {
      names.set(key(name), names.has(key(name)) ? undefined : name)
    }
    return names
  }
  return async (folder, way) => {
    const found: string[] = []
    for (const part of way.split(sep)) {
      const path = join(folder, ...found)
      const names = folders.get(path) ?? read(path)
      folders.set(path, names)
      const name = (await names).get(key(part))
      if (name === undefined) return undefined
      found.push(name)
    }
    return found.join('/')
  }
}
