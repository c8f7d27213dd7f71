import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { decodeNpz } from '@chiaro/data'
import { readColumns } from '@chiaro/data/node'

/** The rows of a table of numbers: X of an .npz, or every column of a CSV, TSV or Parquet file. */
export async function readNumbers(path) {
  const name = basename(path, extname(path))
  if (extname(path) === '.npz') {
    const { X } = await decodeNpz(new Uint8Array(await readFile(path)))
    const [count, width] = X.shape
    return { name, values: Float64Array.from(X.values, Number), width, count }
  }
  const { columns, rowCount: count } = await readColumns(path)
  const width = columns.length
  const values = Float64Array.from({ length: count * width }, (_, i) =>
    Number(columns[i % width].values[Math.floor(i / width)]),
  )
  return { name, values, width, count }
}
