import { createHash } from 'node:crypto'
import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What a folder holds, by paths in it: a digest of each file's bytes, "folder" for folders. */
export type Snapshot = ReadonlyMap<string, string>

export async function snapshot(folder: string): Promise<Snapshot> {
  const found = new Map<string, string>()
  const visit = async (way: string): Promise<void> => {
    for (const name of (await readdir(join(folder, way))).toSorted()) {
      const path = join(way, name)
      const kind = await lstat(join(folder, path))
      if (kind.isDirectory()) {
        found.set(path, 'folder')
        await visit(path)
      } else {
        const bytes = await readFile(join(folder, path))
        found.set(path, createHash('sha256').update(bytes).digest('hex'))
      }
    }
  }
  await visit('')
  return found
}

/** The paths that differ, but for those that begin with one of `allowed`. */
export function changes(before: Snapshot, after: Snapshot, allowed: readonly string[] = []): string[] {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter(
    path =>
      before.get(path) !== after.get(path) &&
      !allowed.some(one => path === one || path.startsWith(`${one}/`)),
  )
}
