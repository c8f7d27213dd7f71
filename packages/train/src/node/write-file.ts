import { rmSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file and waits until it is on the disk, without a new name: for folders that are renamed as a whole. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Replaces a file in one step: whoever reads `path` finds the old content or the new one, never a part. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  // A process that ends meanwhile, by Ctrl-C, takes it along.
  const removeNow = () => rmSync(partial, { force: true })
  process.once('exit', removeNow)
  try {
    await writeDurably(partial, content)
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw error
  } finally {
    process.off('exit', removeNow)
  }
  await syncFolder(dirname(path))
}

/** Makes renames within a folder durable, where the system lets folders be synced (Windows does not). */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
