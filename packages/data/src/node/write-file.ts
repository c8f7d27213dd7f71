import { rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Replaces a file in one step: `write` fills a new file beside it, which then takes its name, so that whoever reads
 * `file` finds the old content or the new one, never a part. Makes the folder if there is none.
 *
 * @example
 * ```ts
 * import { mkdtemp, readFile, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { replaceFile } from '@chiaro/data/node'
 *
 * const file = join(await mkdtemp(join(tmpdir(), 'folder-')), 'deeper/rows.json')
 * await replaceFile(file, partial => writeFile(partial, '[1, 2]')) // whoever reads it has the old one or the new
 * console.log(await readFile(file, 'utf8'))
 * ```
 */
export async function replaceFile(
  file: string,
  write: (partial: string) => void | Promise<void>,
): Promise<void> {
  const partial = `${file}.${process.pid}.partial`
  await mkdir(dirname(file), { recursive: true })
  // A process that ends meanwhile, by Ctrl-C, takes it along.
  const removeNow = () => rmSync(partial, { force: true })
  process.once('exit', removeNow)
  try {
    await write(partial)
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    throw error
  } finally {
    process.off('exit', removeNow)
  }
}
