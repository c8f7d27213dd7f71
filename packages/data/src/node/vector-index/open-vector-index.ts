import { dataError, reasonOf } from '../../data-error.ts'
import type { EmbeddingBlock } from '../parquet-embeddings.ts'
import { addRows, openTable } from './add-rows.ts'
import { settled } from './create-vector-index.ts'
import { type IndexFile, readIndexFile, writeIndexFile } from './index-file.ts'
import { type LanceConnection, type LanceTable, type LoadedLance, loadLance } from './load-lance.ts'
import { indexOver, type VectorIndex } from './vector-index.ts'

/**
 * What `use` makes of an index that `createVectorIndex` made.
 *
 * @throws ChiaroError 'backend' where LanceDB is missing, ('data') for a folder that is no index or damaged; what `use` throws
 */
export async function withVectorIndex<T>(
  folder: string,
  use: (index: VectorIndex) => Promise<T>,
): Promise<T> {
  const where = 'withVectorIndex'
  const file = await readIndexFile(where, folder)
  return withTable(where, folder, async ({ table }) => {
    await table.checkout(file.tableVersion)
    return use(indexOver(table, file))
  })
}

/**
 * Adds rows to an index, which is not trained anew: they go to the partitions that there are. Rows that were being added by a
 * process that was killed are taken back first. One process at a time may add.
 *
 * @param about what is kept with the index from now on
 * @throws as `withVectorIndex`; ChiaroError ('data') for blocks of another dimension; what `blocks` throw
 */
export async function addToVectorIndex(
  folder: string,
  blocks: Iterable<EmbeddingBlock> | AsyncIterable<EmbeddingBlock>,
  about: IndexFile['about'],
): Promise<IndexFile> {
  const where = 'addToVectorIndex'
  const file = await readIndexFile(where, folder)
  return withTable(where, folder, async ({ loaded, connection, table }) => {
    const takeBack = async () => {
      await table.checkout(file.tableVersion)
      await table.restore()
    }
    if ((await table.version()) !== file.tableVersion) await takeBack()
    await addRows(loaded, connection, table, blocks, file.dimension)
    const added = { ...file, ...(await settled(table)), about }
    await writeIndexFile(folder, added)
    return added
  })
}

interface Opened {
  readonly loaded: LoadedLance
  readonly connection: LanceConnection
  readonly table: LanceTable
}

async function withTable<T>(where: string, folder: string, use: (opened: Opened) => Promise<T>): Promise<T> {
  const loaded = loadLance()
  const connection = await loaded.lance.connect(folder)
  try {
    const table = await openTable(connection).catch(cause => {
      const problem = `must have the table that index.json speaks of, got ${reasonOf(cause)}`
      throw dataError(where, { file: folder }, problem, { cause })
    })
    try {
      return await use({ loaded, connection, table })
    } finally {
      table.close()
    }
  } finally {
    connection.close()
  }
}
