import { rmSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { checkInteger, rangeError } from '@chiaro/core'
import { dataError } from '../../data-error.ts'
import type { EmbeddingBlock } from '../parquet-embeddings.ts'
import { addRows } from './add-rows.ts'
import { columns } from './arrow.ts'
import { type IndexFile, writeIndexFile } from './index-file.ts'
import { type LanceTable, loadLance } from './load-lance.ts'
import { indexOver, type VectorIndex } from './vector-index.ts'

export interface CreateVectorIndexOptions {
  /** Numbers of a vector. */
  readonly dimension: number
  /** How many parts k-means cuts the rows into, of which a search looks into some. Default √rows. */
  readonly partitions?: number
  /**
   * Into how many parts a vector is cut, each kept as one byte, the number of the nearest of 256 learned ones. It divides
   * the dimension. Default: the fewest of at most 8 numbers each.
   */
  readonly subVectors?: number
  /**
   * Is given the index when it has been trained, to measure it by, and may give further rows to be added to it; what it says
   * is kept with the index.
   */
  readonly complete?: (index: VectorIndex) => Promise<Completion>
}

interface Completion {
  readonly about: IndexFile['about']
  readonly rows?: Iterable<EmbeddingBlock> | AsyncIterable<EmbeddingBlock>
}

/** Fewer rows don't train an index: a part of a vector is one of 256. */
const leastRows = 1024

/**
 * Makes an index of vectors in a new folder: a table of LanceDB, whose vectors are product-quantised and kept in inverted
 * lists (IVF_PQ) by cosine. The folder takes its name when all is done. LanceDB draws its rows for k-means by itself: two
 * indices of the same rows are not the same.
 *
 * @param blocks rows in their order; some 64 MiB of them are in memory, and for the training 256 rows a partition
 * @throws ChiaroError 'backend' where LanceDB is missing, ('data') for a folder that is there, fewer than 1024 rows and
 *   blocks of another dimension; RangeError for options; what `blocks` and `complete` throw
 * @see Jégou, Douze & Schmid, Product quantization for nearest neighbor search (2011), https://doi.org/10.1109/TPAMI.2010.57
 */
export async function createVectorIndex(
  folder: string,
  blocks: Iterable<EmbeddingBlock> | AsyncIterable<EmbeddingBlock>,
  options: CreateVectorIndexOptions,
): Promise<IndexFile> {
  const where = 'createVectorIndex'
  const { dimension, complete = async (): Promise<Completion> => ({ about: {} }) } = options
  checkInteger(where, { dimension }, { least: 1 })
  const { subVectors = fewestParts(dimension) } = options
  checkInteger(where, { subVectors }, { least: 1 })
  if (dimension % subVectors !== 0) {
    throw rangeError(where, 'subVectors', `a divisor of the dimension, ${dimension}`, String(subVectors))
  }
  if (options.partitions !== undefined) checkInteger(where, { partitions: options.partitions }, { least: 1 })
  await refusePresent(where, folder)
  const loaded = loadLance()
  const partial = `${resolve(folder)}.${process.pid}.partial`
  await mkdir(dirname(partial), { recursive: true })
  await rm(partial, { recursive: true, force: true })
  // A process that ends meanwhile, by Ctrl-C, takes it along.
  const removeNow = () => rmSync(partial, { recursive: true, force: true })
  process.once('exit', removeNow)
  const connection = await loaded.lance.connect(partial)
  let table: LanceTable | undefined
  try {
    table = await addRows(loaded, connection, undefined, blocks, dimension)
    const rows = (await table?.countRows()) ?? 0
    if (table === undefined || rows < leastRows) {
      const few = 'so few are compared exactly in no time'
      throw dataError(where, { file: folder }, `must have at least ${leastRows} rows, got ${rows}; ${few}`)
    }
    const { partitions = Math.round(Math.sqrt(rows)) } = options
    const ivf = { distanceType: 'cosine', numPartitions: partitions, numSubVectors: subVectors } as const
    await table.createIndex(columns[1], { config: loaded.lance.Index.ivfPq(ivf) })
    const file = { rows, dimension, partitions, subVectors }
    const { about, rows: more = [] } = await complete(indexOver(table, { ...file, about: {} }))
    await addRows(loaded, connection, table, more, dimension)
    const made = { schemaVersion: 1, ...file, ...(await settled(table)), about } as const
    table.close()
    connection.close()
    await writeIndexFile(partial, made)
    await rename(partial, folder)
    return made
  } catch (error) {
    table?.close()
    connection.close()
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    throw error
  } finally {
    process.off('exit', removeNow)
  }
}

/** Takes added rows into the index, and tells what the table then is. */
export async function settled(table: LanceTable): Promise<Pick<IndexFile, 'rows' | 'tableVersion'>> {
  await table.optimize()
  return { rows: await table.countRows(), tableVersion: await table.version() }
}

/** The fewest parts of at most 8 numbers each that a vector can be cut into evenly. */
function fewestParts(dimension: number): number {
  let size = Math.min(8, dimension)
  while (dimension % size !== 0) size--
  return dimension / size
}

async function refusePresent(where: string, folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found !== undefined)
    throw dataError(where, { file: folder }, 'must be a new folder, got one that is there')
}
