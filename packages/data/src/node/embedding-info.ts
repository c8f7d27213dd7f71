import { dataError } from '../data-error.ts'
import { formatOf } from './embeddings.ts'
import { npyHeaderOf, openNpy } from './npy-file.ts'
import { withParquet } from './parquet-file.ts'

/** What a file of embeddings says of itself, without its rows. */
export interface EmbeddingInfo {
  readonly rows: number
  /** Numbers of a vector; undefined without rows. */
  readonly dimension?: number
  /** What else a Parquet file's footer says, by key: the `metadata` of `writeEmbeddingBlocks`. */
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads how many embeddings a file has, and what its footer says of them.
 *
 * @throws as `readEmbeddings`, for what the footer or the header shows: a Parquet file that was cut off has none
 */
export async function embeddingInfo(file: string): Promise<EmbeddingInfo> {
  const where = 'embeddingInfo'
  if (formatOf(where, file) === '.npy') return npyInfo(where, file)
  return withParquet(where, file, async ({ metadata: footer }) => {
    const rows = Number(footer.num_rows)
    const columns = footer.row_groups.flatMap(group => group.columns)
    const numbers = columns
      .filter(({ meta_data }) => meta_data?.path_in_schema[0] === 'vector')
      .reduce((sum, { meta_data }) => sum + Number(meta_data?.num_values), 0)
    if (numbers % Math.max(1, rows) !== 0 || (rows > 0 && numbers === 0)) {
      const problem = `must have a column vector of as many numbers in each of ${rows} rows, got ${numbers}`
      throw dataError(where, { file }, problem)
    }
    const pairs = footer.key_value_metadata ?? []
    return {
      rows,
      ...(rows > 0 && { dimension: numbers / rows }),
      metadata: Object.fromEntries(pairs.map(({ key, value = '' }) => [key, value])),
    }
  })
}

async function npyInfo(where: string, file: string): Promise<EmbeddingInfo> {
  const handle = await openNpy(where, file)
  try {
    const { shape } = await npyHeaderOf(where, file, handle)
    const [rows, dimension] = shape
    if (shape.length !== 2)
      throw dataError(where, { file }, `must be a matrix of numbers, got [${shape.join(', ')}]`)
    return { rows, ...(rows > 0 && { dimension }), metadata: {} }
  } finally {
    await handle.close()
  }
}
