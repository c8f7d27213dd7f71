import type { Embeddings } from '../embeddings.ts'
import type { EmbeddingBlock } from '../parquet-embeddings.ts'

// What is used of apache-arrow 15 to 18.

declare const opaque: unique symbol
interface Opaque<Name> {
  readonly [opaque]: Name
}
type Type = Opaque<'type'>
type Field = Opaque<'field'>
type Data = Opaque<'data'>
interface Schema extends Opaque<'schema'> {
  readonly fields: readonly Field[]
}
/** Rows that LanceDB takes. */
export type ArrowTable = Opaque<'table'>

/** Rows that LanceDB gives. */
export interface ArrowBatch {
  readonly numRows: number
  getChild(column: string): ArrowColumn | null
}

interface ArrowColumn {
  readonly data: readonly {
    readonly length: number
    readonly offset: number
    readonly children: readonly { readonly offset: number; readonly values: Float32Array }[]
  }[]
  toArray(): ArrayLike<unknown>
}

export interface Arrow {
  readonly Utf8: new () => Type
  readonly Float32: new () => Type
  readonly FixedSizeList: new (length: number, item: Field) => Type
  readonly Struct: new (fields: readonly Field[]) => Type
  readonly Field: new (name: string, type: Type, nullable: boolean) => Field
  readonly Schema: new (fields: readonly Field[]) => Schema
  readonly RecordBatch: new (schema: Schema, data: Data) => Opaque<'batch'>
  readonly Table: new (schema: Schema, batch: Opaque<'batch'>) => ArrowTable
  readonly makeData: (parts: {
    readonly type: Type
    readonly length?: number
    readonly nullCount?: number
    readonly data?: Float32Array
    readonly child?: Data
    readonly children?: readonly Data[]
  }) => Data
  readonly vectorFromArray: (values: readonly string[], type: Type) => { readonly data: readonly Data[] }
}

/** The columns of an index's table. */
export const columns = ['name', 'vector'] as const

/** Rows as a table of Arrow: names, and vectors as lists of fixed size, which are not copied. */
export function arrowTable(
  {
    Utf8,
    Float32,
    FixedSizeList,
    Struct,
    Field,
    Schema,
    RecordBatch,
    Table,
    makeData,
    vectorFromArray,
  }: Arrow,
  { names, vectors }: EmbeddingBlock,
  dimension: number,
): ArrowTable {
  const list = new FixedSizeList(dimension, new Field('item', new Float32(), true))
  const schema = new Schema([new Field(columns[0], new Utf8(), false), new Field(columns[1], list, false)])
  const length = names.length
  const numbers = makeData({ type: new Float32(), data: vectors })
  const children = [
    vectorFromArray(names, new Utf8()).data[0],
    makeData({ type: list, length, nullCount: 0, child: numbers }),
  ]
  const rows = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })
  return new Table(schema, new RecordBatch(schema, rows))
}

/** The rows of batches, in one. */
export function embeddingsOf(batches: readonly ArrowBatch[], dimension: number): Embeddings {
  const vectors = new Float32Array(batches.reduce((sum, { numRows }) => sum + numRows, 0) * dimension)
  const names: string[] = []
  let at = 0
  for (const batch of batches) {
    for (const { length, offset, children } of batch.getChild(columns[1])?.data ?? []) {
      const [{ values, offset: first }] = children
      const from = first + offset * dimension
      vectors.set(values.subarray(from, from + length * dimension), at)
      at += length * dimension
    }
    for (const name of Array.from(batch.getChild(columns[0])?.toArray() ?? [])) names.push(String(name))
  }
  return { names, vectors, dimension }
}
