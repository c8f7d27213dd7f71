import { open } from 'node:fs/promises'
import { checkInteger, checkLength } from '@chiaro/core'
import { checkNameColumn, type WriteEmbeddingsOptions } from './embeddings.ts'
import { type EmbeddingBlock, writeParquetEmbeddings } from './parquet-embeddings.ts'
import { replaceFile } from './write-file.ts'

export interface WriteEmbeddingBlocksOptions extends WriteEmbeddingsOptions {
  /** Numbers of a vector. */
  readonly dimension: number
  /** What the file's footer says besides, by key; asked when all blocks have been written. Default nothing. */
  readonly metadata?: () => Readonly<Record<string, string>>
}

/**
 * Writes embeddings that come block by block into a Parquet file, as `writeEmbeddings` has it: some thousand rows are in
 * memory, however many there are. The file takes its name when it is whole and on the disk; where a block fails there is
 * none. The same blocks give the same bytes, however they are cut.
 *
 * @throws RangeError for options; TypeError for a block whose vectors are not [names, dimension]; what the blocks throw
 */
export async function writeEmbeddingBlocks(
  file: string,
  blocks: Iterable<EmbeddingBlock> | AsyncIterable<EmbeddingBlock>,
  { dimension, nameColumn = 'name', metadata }: WriteEmbeddingBlocksOptions,
): Promise<void> {
  const where = 'writeEmbeddingBlocks'
  checkInteger(where, { dimension }, { least: 1 })
  checkNameColumn(where, nameColumn)
  const checked = async function* () {
    for await (const block of blocks) {
      checkLength(where, { 'block.vectors': block.vectors }, { exactly: block.names.length * dimension })
      yield block
    }
  }
  await replaceFile(file, async partial => {
    await writeParquetEmbeddings(partial, checked(), { dimension, nameColumn, metadata })
    const written = await open(partial, 'r+')
    await written.sync().finally(() => written.close())
  })
}
