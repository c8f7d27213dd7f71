import { joined } from '@chiaro/core'
import { dataError } from '../../data-error.ts'
import type { EmbeddingBlock } from '../parquet-embeddings.ts'
import { arrowTable } from './arrow.ts'
import type { LanceConnection, LanceTable, LoadedLance } from './load-lance.ts'

/** What is handed over at a time: each makes a file of its own, and is in memory twice. */
const bytesAtATime = 2 ** 26

const tableName = 'embeddings'

export const openTable = (connection: LanceConnection) => connection.openTable(tableName)

/**
 * Adds rows to a table, which is made if there is none.
 *
 * @returns the table, undefined where there was none and no rows came
 * @throws ChiaroError ('data') for a block whose vectors are not [names, dimension]
 */
export async function addRows(
  { arrow }: Pick<LoadedLance, 'arrow'>,
  connection: LanceConnection,
  table: LanceTable | undefined,
  blocks: Iterable<EmbeddingBlock> | AsyncIterable<EmbeddingBlock>,
  dimension: number,
): Promise<LanceTable | undefined> {
  let made = table
  let waiting: EmbeddingBlock[] = []
  let bytes = 0
  const flush = async () => {
    if (waiting.length === 0) return
    const names = waiting.flatMap(block => block.names)
    const vectors = joined(waiting.map(block => block.vectors))
    waiting = []
    bytes = 0
    const rows = arrowTable(arrow, { names, vectors }, dimension)
    if (made === undefined) made = await connection.createTable(tableName, rows)
    else await made.add(rows)
  }
  for await (const block of blocks) {
    const { names, vectors } = block
    if (names.length === 0) continue
    if (vectors.length !== names.length * dimension) {
      const got = `${vectors.length} numbers for ${names.length} rows`
      throw dataError('addRows', undefined, `blocks must have rows of ${dimension} numbers, got ${got}`)
    }
    waiting.push(block)
    bytes += vectors.byteLength
    if (bytes >= bytesAtATime) await flush()
  }
  await flush()
  return made
}
