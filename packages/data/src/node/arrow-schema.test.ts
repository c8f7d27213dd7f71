import { createRequire } from 'node:module'
import { join } from 'node:path'
import { trueLance } from '@chiaro/test-kit/lance'
import { expect, it } from 'vitest'
import { arrowSchema } from './arrow-schema.ts'

// PyArrow 26.0.1: pa.schema([pa.field('file', pa.string(), nullable=False), pa.field('vector', pa.list_(pa.field('element',
// pa.float32(), nullable=False), 3), nullable=False)]).serialize()
const ofPyArrow =
  '/////+AAAAAQAAAAAAAKAAwABgAFAAgACgAAAAABBAAMAAAACAAIAAAABAAIAAAABAAAAAIAAACEAAAABAAAAJT///8AAAAQFAAAACQAAAAEAAAAAQAA' +
  'ACAAAAAGAAAAdmVjdG9yAAAAAAYACAAEAAYAAAADAAAAzP///wAAAAMQAAAAIAAAAAQAAAAAAAAABwAAAGVsZW1lbnQAAAAGAAgABgAGAAAAAAABABAA' +
  'FAAIAAAABwAMAAAAEAAQAAAAAAAABRAAAAAcAAAABAAAAAAAAAAEAAAAZmlsZQAAAAAEAAQABAAAAA=='

/** What a message says, by the layout of flatbuffers and the numbers of fields in Message.fbs and Schema.fbs. */
function read(base64: string) {
  const message = Buffer.from(base64, 'base64')
  expect(message.readUInt32LE(0)).toBe(0xffffffff)
  expect(8 + message.readInt32LE(4)).toBe(message.length)
  expect(message.length % 8).toBe(0)
  const b = message.subarray(8)
  const follow = (at: number) => at + b.readUInt32LE(at)
  /** The place of a field of the table at `at`, undefined where it is absent. */
  const fieldAt = (at: number, field: number) => {
    const vtable = at - b.readInt32LE(at)
    const known = 4 + 2 * field < b.readUInt16LE(vtable)
    const offset = known ? b.readUInt16LE(vtable + 4 + 2 * field) : 0
    expect(offset).toBeLessThan(b.readUInt16LE(vtable + 2))
    return offset === 0 ? undefined : at + offset
  }
  const need = (at: number | undefined) => {
    if (at === undefined) throw new Error('a field is absent')
    return at
  }
  const byte = (at: number | undefined) => (at === undefined ? 0 : b[at])
  const vector = (at: number) => Array.from({ length: b.readUInt32LE(at) }, (_, i) => follow(at + 4 + 4 * i))
  const field = (at: number): unknown => {
    const name = follow(need(fieldAt(at, 0)))
    const type = follow(need(fieldAt(at, 3)))
    const number = fieldAt(type, 0)
    const kind = byte(fieldAt(at, 2))
    return {
      name: b.toString('utf8', name + 4, name + 4 + b.readUInt32LE(name)),
      nullable: byte(fieldAt(at, 1)),
      kind,
      // FloatingPoint's precision is a short, FixedSizeList's length an int.
      type: number === undefined ? undefined : kind === 3 ? b.readInt16LE(number) : b.readInt32LE(number),
      children: vector(follow(need(fieldAt(at, 5)))).map(field),
    }
  }
  const root = follow(0)
  const schema = follow(need(fieldAt(root, 2)))
  return {
    version: b.readInt16LE(need(fieldAt(root, 0))),
    header: byte(fieldAt(root, 1)),
    fields: vector(follow(need(fieldAt(schema, 1)))).map(field),
  }
}

it('says what PyArrow says of the same columns', () => {
  const own = arrowSchema([
    { name: 'file', kind: 'text' },
    { name: 'vector', kind: 'vector', dimension: 3 },
  ])
  expect(read(own)).toEqual(read(ofPyArrow))
  expect(read(own).fields).toMatchObject([
    { name: 'file', kind: 5 },
    { name: 'vector', kind: 16, type: 3, children: [{ name: 'element', kind: 3, type: 1 }] },
  ])
})

it('holds names of any length and any number of numbers', () => {
  for (const name of ['', 'a', 'abc', 'abcd', 'größe']) {
    const { fields } = read(arrowSchema([{ name, kind: 'vector', dimension: 70_000 }]))
    expect(fields).toMatchObject([{ name, kind: 16, type: 70_000 }])
  }
})

it.skipIf(trueLance === undefined)('is read by the Arrow that LanceDB reads with', () => {
  const arrow = createRequire(join(trueLance ?? '', 'package.json'))('apache-arrow')
  const message = Buffer.from(arrowSchema([{ name: 'vector', kind: 'vector', dimension: 256 }]), 'base64')
  // A stream of a schema alone ends with a message of no length.
  const end = Buffer.from([255, 255, 255, 255, 0, 0, 0, 0])
  const { schema } = arrow.tableFromIPC(Buffer.concat([message, end]))
  expect(String(schema)).toBe('Schema<{ 0: vector: FixedSizeList[256]<Float32> }>')
})
