import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ChiaroError } from '@chiaro/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readIdx } from './read-idx.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-idx-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function file(...bytes: number[]) {
  const path = join(folder, 'x.idx')
  await writeFile(path, Uint8Array.from(bytes))
  return path
}

test('reads bytes by shape, plain and packed', async () => {
  const bytes = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255]
  const expected = { shape: [2, 3], values: Uint8Array.of(1, 2, 3, 4, 5, 255) }
  expect(await readIdx(await file(...bytes))).toEqual(expected)
  expect(await readIdx(await file(...gzipSync(Uint8Array.from(bytes))))).toEqual(expected)
})

test.each([
  [9, [0xff], Int8Array.of(-1)],
  [11, [0xff, 0xfe], Int16Array.of(-2)],
  [12, [0x80, 0, 0, 1], Int32Array.of(-(2 ** 31) + 1)],
  [13, [0xbf, 0xc0, 0, 0], Float32Array.of(-1.5)],
  [14, [0x3f, 0xf8, 0, 0, 0, 0, 0, 0], Float64Array.of(1.5)],
])('reads big-endian numbers of type %i', async (type, bytes, values) => {
  expect(await readIdx(await file(0, 0, type, 1, 0, 0, 0, 1, ...bytes))).toEqual({ shape: [1], values })
})

test('names the file where a header lies, gzip is cut, or nothing is there', async () => {
  const read = async (...bytes: number[]) => readIdx(await file(...bytes), { largest: 1000 })
  await expect(read()).rejects.toThrow(/x\.idx, byte 0: must begin with an IDX header .* got nothing/)
  await expect(read(1, 2, 3, 4)).rejects.toThrow(/got 01020304/)
  await expect(read(0, 0, 8, 2, 0, 0)).rejects.toThrow(/sizes of 2 axes, got 2 bytes/)
  await expect(read(0, 0, 8, 1, 0, 0, 0, 3, 1, 2)).rejects.toThrow(
    /must have 3 bytes after its header \[3\], got 2/,
  )
  await expect(read(0, 0, 8, 1, 0, 0, 0, 1, 1, 2)).rejects.toThrow(/must have 1 bytes .*, got 2/)
  await expect(read(0, 0, 8, 1, 255, 255, 255, 255)).rejects.toThrow(
    /at most 1000 bytes, its header asks for 4294967295/,
  )
  const packed = gzipSync(Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 1, 1]))
  await expect(read(...packed.subarray(0, packed.length - 6))).rejects.toThrow(/must be whole gzip/)
  await expect(read(...gzipSync(new Uint8Array(100_000)))).rejects.toThrow(
    /gzip of at most 2024 bytes, got more/,
  )
  await expect(readIdx(join(folder, 'none'))).rejects.toThrow(/none must exist/)
})

test('any bytes are an array or a typed error', async () => {
  const header = fc.tuple(
    fc.constantFrom(0, 0, 0, 1),
    fc.constant(0),
    fc.constantFrom(8, 9, 11, 12, 13, 14, 0, 255),
    fc.constantFrom(0, 1, 1, 2, 200),
  )
  const sizes = fc.array(fc.tuple(fc.constant(0), fc.constant(0), fc.constantFrom(0, 0, 255), fc.nat(12)), {
    maxLength: 3,
  })
  const any = fc
    .tuple(header, sizes, fc.uint8Array({ maxLength: 80 }))
    .map(([a, b, c]) => [...a, ...b.flat(), ...c])
  await fc.assert(
    fc.asyncProperty(any, fc.boolean(), async (bytes, pack) => {
      const path = await file(...(pack ? gzipSync(Uint8Array.from(bytes)) : bytes))
      const read = await readIdx(path, { largest: 10_000 }).catch(error => error)
      if (read instanceof Error) expect(read).toBeInstanceOf(ChiaroError)
      else expect(read.values.length).toBe(read.shape.reduce((a: number, b: number) => a * b, 1))
    }),
    { numRuns: 500, seed: 1 },
  )
})
