// Hostile bytes for every loader: each gives its data or a typed error, within bounded memory, and writes nothing.
// CHIARO_FUZZ_RUNS sets the inputs a loader gets: a few hundred here, 10,000 in `npm run fuzz`.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ChiaroError } from '@chiaro/core'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HostArray } from '../arrays/array.ts'
import { decodeIdx } from '../arrays/decode-idx.ts'
import { decodeNpy } from '../arrays/decode-npy.ts'
import { decodeNpz } from '../arrays/decode-npz.ts'
import { encodeNpy } from '../arrays/encode-npy.ts'
import { readEmbeddings, writeEmbeddings } from '../node/embeddings.ts'
import codecs from '../node/parquet-codecs.fixture.json' with { type: 'json' }
import { readColumns } from '../node/read-columns.ts'
import { readIdx } from '../node/read-idx.ts'
import { readPairs } from '../node/read-pairs.ts'
import { readShards } from '../node/read-shards.ts'

const atLength = process.env.CHIARO_FUZZ_RUNS !== undefined
const runs = Number(process.env.CHIARO_FUZZ_RUNS ?? 300)

/** Some mistakes keep Parquet's process busy until it is given up after 5 s, so that tests try few. */
const parquetRuns = atLength ? runs : 60

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-fuzz-'))
  for (const name of ['a.png', 'b.png']) await writeFile(join(folder, name), '')
})
afterAll(() => rm(folder, { recursive: true }))

const idx = Uint8Array.of(0, 0, 11, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
const npy = encodeNpy({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) })
const csv = Buffer.from('image,text,size\r\na.png,"a ""grey"" cat",1.5\r\nb.png,"two\nlines",-2e3\r\n')

async function npz(): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false })
  for (const [name, level] of [
    ['x.npy', 0],
    ['y.npy', 6],
  ] as const) {
    await writer.add(name, new Uint8ArrayReader(npy), { level })
  }
  return writer.close()
}

async function tar(): Promise<Uint8Array> {
  const packed = pack()
  packed.entry({ name: '0.png' }, 'picture')
  packed.entry({ name: '0.json', pax: { comment: 'x' } }, '{"a":1}')
  packed.entry({ name: `${'long/'.repeat(40)}1.jpg` }, 'x'.repeat(700))
  packed.entry({ name: `${'long/'.repeat(40)}1.cls` }, '3')
  packed.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of packed) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function parquet(): Promise<Uint8Array> {
  const file = join(folder, 'x.parquet')
  const vectors = Float32Array.of(1, 2, 3, 4, 5, 6)
  await writeEmbeddings(file, { names: ['a', 'b', 'c'], vectors, dimension: 2 })
  return new Uint8Array(await readFile(file))
}

/** Whole, or with one to four mistakes: a flipped bit, an extreme byte or number, a cut, a piece twice. */
function mutated(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const at = fc.nat(valid.length - 1)
  const number = fc.constantFrom(0, 1, 0xff, 0x7fffffff, 0x80000000, 0xffffffff)
  const mistake = fc.oneof(
    fc.tuple(fc.constant('flip' as const), at, fc.nat(7)),
    fc.tuple(fc.constant('byte' as const), at, fc.constantFrom(0, 1, 48, 57, 127, 128, 255)),
    fc.tuple(fc.constant('little' as const), at, number),
    fc.tuple(fc.constant('big' as const), at, number),
    fc.tuple(fc.constant('cut' as const), at, fc.constant(0)),
    fc.tuple(fc.constant('twice' as const), at, fc.nat(600)),
  )
  return fc.array(mistake, { minLength: 1, maxLength: 4 }).map(mistakes => {
    let bytes = Uint8Array.from(valid)
    for (const [kind, position, value] of mistakes) {
      const from = Math.min(position, Math.max(0, bytes.length - 4))
      const view = new DataView(bytes.buffer)
      if (kind === 'cut') bytes = bytes.slice(0, position)
      else if (bytes.length < 4) continue
      else if (kind === 'flip') bytes[from] ^= 1 << value
      else if (kind === 'byte') bytes[from] = value
      else if (kind === 'twice')
        bytes = Uint8Array.of(...bytes.subarray(0, from + value), ...bytes.subarray(from))
      else view.setUint32(from, value, kind === 'little')
    }
    return bytes
  })
}

/** Mutations of a valid file, and bytes without sense behind its first ones. */
function hostile(valid: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.oneof(...valid.map(hostileOf))
}

function hostileOf(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const noise = fc.uint8Array({ maxLength: 1200 })
  const begun = fc.tuple(fc.nat(Math.min(valid.length, 600)), noise)
  return fc.oneof(
    { weight: 6, arbitrary: mutated(valid) },
    { weight: 1, arbitrary: noise },
    {
      weight: 1,
      arbitrary: begun.map(([length, rest]) => Uint8Array.of(...valid.subarray(0, length), ...rest)),
    },
  )
}

function checkArray({ shape, values }: HostArray): void {
  expect(values.length).toBe(shape.reduce((product, length) => product * length, 1))
}

async function inFile(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

async function readAll(path: string): Promise<void> {
  for await (const sample of readShards([path], { largestMember: 10_000 })) {
    expect(sample.image).toBeInstanceOf(Uint8Array)
  }
}

type Valid = Uint8Array | readonly Uint8Array[]
type Load = (bytes: Uint8Array) => unknown

const loaders: Readonly<Record<string, readonly [valid: () => Valid | Promise<Valid>, load: Load]>> = {
  IDX: [() => idx, bytes => checkArray(decodeIdx(bytes, { largest: 100_000 }))],
  'packed IDX': [
    () => gzipSync(idx),
    async bytes => checkArray(await readIdx(await inFile('x.gz', bytes), { largest: 100_000 })),
  ],
  '.npy': [() => npy, bytes => checkArray(decodeNpy(bytes))],
  '.npz': [
    npz,
    async bytes => Object.values(await decodeNpz(bytes, { largest: 100_000 })).forEach(checkArray),
  ],
  tar: [tar, async bytes => readAll(await inFile('x.tar', bytes))],
  'packed tar': [async () => gzipSync(await tar()), async bytes => readAll(await inFile('x.tar.gz', bytes))],
  'CSV columns': [() => csv, async bytes => readColumns(await inFile('x.csv', bytes), { missing: 'keep' })],
  'CSV pairs': [() => csv, async bytes => readPairs(await inFile('x.csv', bytes), { images: folder })],
  Parquet: [parquet, async bytes => readEmbeddings(await inFile('y.parquet', bytes))],
  'Parquet of every codec': [
    () => Object.values(codecs).map(base64 => Buffer.from(base64, 'base64')),
    async bytes => readColumns(await inFile('y.parquet', bytes), { missing: 'keep' }),
  ],
}

test.each(Object.keys(loaders))(
  '%s: any bytes are data or a typed error',
  async name => {
    const [valid, load] = loaders[name]
    const numRuns = name.startsWith('Parquet') ? parquetRuns : runs
    const files = [await valid()].flat()
    for (const bytes of files) await load(bytes)
    const count = { data: 0, errors: 0 }
    await fc.assert(
      fc.asyncProperty(hostile(files), async input => {
        const failure = await attempt(load, input)
        if (failure === undefined) count.data += 1
        else {
          count.errors += 1
          if (!(failure instanceof ChiaroError)) throw failure
          expect(failure).toMatchObject({ code: 'data' })
        }
      }),
      { numRuns, seed: 20261124 },
    )
    expect(count.errors).toBeGreaterThan(numRuns / 4)
    expect((await readdir(folder)).every(file => /^[xyab]\.[a-z.]+$/.test(file))).toBe(true)
    if (!atLength) return
    const peak = Math.round(process.resourceUsage().maxRSS / 1024)
    console.log(`${name}: ${count.errors} typed errors, ${count.data} read, peak RSS ${peak} MB`)
  },
  atLength ? 7_200_000 : 60_000,
)

async function attempt(load: Load, input: Uint8Array): Promise<unknown> {
  try {
    await load(input)
    return undefined
  } catch (error) {
    return error
  }
}
