import { crc32 as crcOfNode } from 'node:zlib'
import { strToU8, type Zippable, zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { crc32 } from './crc-32.ts'
import { readZip } from './read-zip.ts'

const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251)
const read = (zip: Uint8Array, largest = 1e6) => readZip('it', zip, { largest })

it('reads what is stored and what is deflated, behind a comment and beside folders', () => {
  const files: Zippable = {
    'a/stored.bin': [bytes, { level: 0 }],
    'a/deflated.bin': bytes,
    empty: new Uint8Array(),
  }
  const zip = zipSync({ 'a/': new Uint8Array(), ...files }, { comment: '' } as object)
  const commented = new Uint8Array([...zip, ...strToU8('words')])
  commented[zip.length - 2] = 5
  expect(Object.fromEntries(read(commented))).toEqual({
    'a/stored.bin': bytes,
    'a/deflated.bin': bytes,
    empty: new Uint8Array(),
  })
})

it('knows the checksum of ZIP', () => {
  expect(crc32(bytes)).toBe(crcOfNode(bytes))
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  expect(crc32(strToU8('123456789'))).toBe(0xcbf43926)
})

it.each(['../out.txt', 'a/../../out.txt', '/etc/out.txt', 'C:/out.txt', '..\\out.txt'])(
  'refuses the path %s',
  name => {
    expect(() => read(zipSync({ [name]: bytes }))).toThrow(/^it: .*out.txt must be a path within the ZIP/)
  },
)

/** Where the directory's only entry begins. */
const entryOf = (zip: Uint8Array) => Buffer.from(zip).lastIndexOf('PK\x01\x02', undefined, 'latin1')

it('believes no size: too much is refused unread, too little is found', () => {
  const zip = zipSync({ 'a.bin': bytes })
  const size = new DataView(zip.buffer, zip.byteOffset + entryOf(zip) + 24, 4)
  size.setUint32(0, 0xfffffff0, true)
  expect(() => read(zip)).toThrow(
    'it: bytes must hold at most 1000000 bytes, unpacked, its directory says 4294967280',
  )
  size.setUint32(0, 100, true)
  expect(() => read(zip)).toThrow('it: a.bin must have the checksum of the ZIP')
  size.setUint32(0, 6000, true)
  expect(() => read(zip)).toThrow('it: a.bin must have the checksum of the ZIP')
})

it('names what it does not read', () => {
  const zip = zipSync({ 'a.bin': bytes })
  zip[entryOf(zip) + 8] |= 1
  expect(() => read(zip)).toThrow('it: a.bin must be stored or deflated, without a password')
  zip[entryOf(zip)] = 0
  expect(() => read(zip)).toThrow('got one whose directory is damaged')
})

it('refuses a name that comes twice', () => {
  const zip = zipSync({ 'a.bin': bytes, 'b.bin': bytes })
  const both = Buffer.from(zip)
  for (let at = both.indexOf('b.bin'); at >= 0; at = both.indexOf('b.bin', at)) both.write('a.bin', at)
  expect(() => read(zipOf(both))).toThrow('it: a.bin must come once, it comes twice')
})

const zipOf = (buffer: Buffer) => new Uint8Array(buffer)

it('takes any bytes without another error than its own', () => {
  const zip = zipSync({ 'a.bin': bytes, 'b/c.bin': [bytes, { level: 0 }] })
  for (let at = 0; at < zip.length; at += 7) {
    const changed = zip.slice()
    changed[at] ^= 0xff
    try {
      read(changed)
    } catch (error) {
      expect(error).toMatchObject({ name: 'ChiaroError', code: 'run' })
    }
    expect(() => read(zip.subarray(0, at))).toThrow(/^it: /)
  }
})
