import { addToVectorIndex, withEmbeddingBlocks, withVectorIndex } from '@chiaro/data/node'
import type { CommandContext } from '../context.ts'
import { aboutIndex } from './about-index.ts'
import type { BuildOptions } from './build-index.ts'
import { filesOf, runOf } from './index-files.ts'

/** Adds the files to an index that it does not have yet: of a folder to which shards have come, those alone. */
export async function addToIndex(
  paths: readonly string[],
  { out, nameColumn }: Pick<BuildOptions, 'out' | 'nameColumn'>,
  { terminal }: CommandContext,
): Promise<void> {
  const { about, before } = await withVectorIndex(out, async index => ({
    about: aboutIndex('index', out, index),
    before: index.rows,
  }))
  const known = new Set(about.files.map(({ digest }) => digest))
  const files = await filesOf(paths)
  const added = files.filter(({ digest }) => !known.has(digest))
  const run = runOf(added, about.run)
  if (added.length < files.length) {
    terminal.note(`${files.length - added.length} of ${files.length} files are in it already`)
  }
  const rows =
    added.length === 0
      ? before
      : await withEmbeddingBlocks(
          added.map(({ path }) => path),
          async blocks => {
            const listed = added.map(({ name, digest, rows }) => ({ name, digest, rows }))
            const now = { ...about, ...(run !== undefined && { run }), files: [...about.files, ...listed] }
            return (await addToVectorIndex(out, blocks, now)).rows
          },
          { nameColumn },
        )
  terminal.result({ out, rows, added: rows - before, files: added.map(({ name }) => name) })
  terminal.print(`${rows - before} rows added to ${out}, which has ${rows}`)
}
