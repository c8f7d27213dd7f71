/** A column that Parquet has in a way of its own: texts, or vectors of one length. */
export type ArrowColumn =
  | { readonly name: string; readonly kind: 'text' }
  | { readonly name: string; readonly kind: 'vector'; readonly dimension: number }

/**
 * What a Parquet file carries as `ARROW:schema`, so that readers that stand on Arrow see its lists as of fixed size, which
 * Parquet itself can't say: a message of Arrow's IPC format with the schema alone, in base64. No column has nulls.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html#encapsulated-message-format
 * @see https://github.com/apache/arrow/blob/main/format/Schema.fbs
 */
export function arrowSchema(columns: readonly ArrowColumn[]): string {
  const schema = table([undefined, vector(columns.map(field))])
  const message = flatbuffer(table([versionV5, headerSchema, schema]))
  const length = 8 * Math.ceil(message.length / 8)
  const encapsulated = Buffer.alloc(8 + length)
  encapsulated.writeUInt32LE(0xffffffff, 0)
  encapsulated.writeInt32LE(length, 4)
  encapsulated.set(message, 8)
  return encapsulated.toString('base64')
}

// Numbers of Schema.fbs and Message.fbs.
const [versionV5, headerSchema] = [4, 1]
const [floatingPoint, utf8, fixedSizeList] = [3, 5, 16]
const singlePrecision = 1

function field(column: ArrowColumn): Part {
  if (column.kind === 'text') return fieldOf(column.name, utf8, table([]))
  const element = fieldOf('element', floatingPoint, table([singlePrecision]))
  return fieldOf(column.name, fixedSizeList, table([column.dimension]), [element])
}

/** Name, nullable, kind of type, type, dictionary, children. */
function fieldOf(name: string, kind: number, type: Part, children: readonly Part[] = []): Part {
  return table([text(name), undefined, kind, type, undefined, vector(children)])
}

/**
 * A part of a flatbuffer, a multiple of four bytes. Others point to its byte `entry`; where it points to others, they come
 * behind it.
 *
 * @see https://flatbuffers.dev/internals/
 */
interface Part {
  readonly bytes: Buffer
  readonly entry: number
  readonly references: readonly { readonly at: number; readonly to: Part }[]
}

/** A table; of its fields those undefined are absent. A number takes four bytes, as its type or a wider one. */
function table(fields: readonly (number | Part | undefined)[]): Part {
  const listed = 4 + 2 * fields.length
  const entry = 4 * Math.ceil(listed / 4)
  const bytes = Buffer.alloc(entry + 4 + 4 * fields.length)
  bytes.writeUInt16LE(listed, 0)
  bytes.writeUInt16LE(bytes.length - entry, 2)
  bytes.writeInt32LE(entry, entry)
  const references: { at: number; to: Part }[] = []
  for (const [i, value] of fields.entries()) {
    if (value === undefined) continue
    const at = 4 + 4 * i
    bytes.writeUInt16LE(at, 4 + 2 * i)
    if (typeof value === 'number') bytes.writeInt32LE(value, entry + at)
    else references.push({ at: entry + at, to: value })
  }
  return { bytes, entry, references }
}

function vector(items: readonly Part[]): Part {
  const bytes = Buffer.alloc(4 + 4 * items.length)
  bytes.writeUInt32LE(items.length, 0)
  return { bytes, entry: 0, references: items.map((to, i) => ({ at: 4 + 4 * i, to })) }
}

function text(value: string): Part {
  const length = Buffer.byteLength(value)
  // One zero at least ends it.
  const bytes = Buffer.alloc(4 + 4 * Math.ceil((length + 1) / 4))
  bytes.writeUInt32LE(length, 0)
  bytes.write(value, 4)
  return { bytes, entry: 0, references: [] }
}

function flatbuffer(root: Part): Buffer {
  const placed: { part: Part; start: number }[] = []
  const starts = new Map<Part, number>()
  let end = 4
  const place = (part: Part) => {
    placed.push({ part, start: end })
    starts.set(part, end)
    end += part.bytes.length
    for (const { to } of part.references) place(to)
  }
  place(root)
  const all = Buffer.alloc(end)
  const point = (at: number, to: Part) => all.writeUInt32LE((starts.get(to) ?? 0) + to.entry - at, at)
  for (const { part, start } of placed) all.set(part.bytes, start)
  for (const { part, start } of placed) for (const { at, to } of part.references) point(start + at, to)
  point(0, root)
  return all
}
