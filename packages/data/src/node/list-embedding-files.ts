import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { dataError } from '../data-error.ts'
import { bytewise } from './bytewise.ts'
import { formatOf } from './embeddings.ts'
import { unreadable } from './read-file.ts'

/**
 * The files of embeddings that paths stand for: a file itself, of a folder its .parquet and .npy files in the bytewise order
 * of their names, as `chiaro embed` writes a folder of shards. Folders within are not looked into.
 *
 * @throws ChiaroError ('data') for a path that is not there and a folder without such files; RangeError for another file
 */
export async function listEmbeddingFiles(paths: string | readonly string[]): Promise<string[]> {
  const where = 'listEmbeddingFiles'
  const files: string[] = []
  for (const path of typeof paths === 'string' ? [paths] : paths) {
    const kind = await stat(path).catch(error => {
      throw dataError(where, { file: path }, unreadable(path, error), { cause: error })
    })
    if (!kind.isDirectory()) {
      formatOf(where, path)
      files.push(path)
      continue
    }
    const names = await readdir(path)
    const found = names.filter(name => /^\.(parquet|npy)$/i.test(extname(name)) && !name.startsWith('.'))
    if (found.length === 0) {
      throw dataError(where, { file: path }, 'must have .parquet or .npy files of embeddings, got none')
    }
    files.push(...bytewise(found).map(name => join(path, name)))
  }
  return files
}
