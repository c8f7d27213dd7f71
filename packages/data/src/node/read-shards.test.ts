import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { key } from '@chiaro/random/host'
import { pack } from 'tar-stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BadPicture } from '../bad-pictures.ts'
import { type ReadSample, type ReadShardsOptions, readShards } from './read-shards.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-wds-'))
})
afterAll(() => rm(folder, { recursive: true }))

type Member = readonly [name: string, content: string, type?: 'file' | 'symlink' | 'directory']

async function tar(members: readonly Member[]): Promise<Buffer> {
  const packed = pack()
  for (const [name, content, type = 'file'] of members)
    packed.entry({ name, type, linkname: '/etc' }, content)
  packed.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of packed) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

async function shard(name: string, members: readonly Member[]): Promise<string> {
  const path = join(folder, name)
  const bytes = await tar(members)
  await writeFile(path, name.endsWith('.tar') ? bytes : gzipSync(bytes))
  return path
}

async function read(files: readonly string[], options?: ReadShardsOptions): Promise<ReadSample[]> {
  const samples: ReadSample[] = []
  for await (const sample of readShards(files, options)) samples.push(sample)
  return samples
}

const pictures = (from: number, count: number): Member[] =>
  Array.from({ length: count }, (_, i): Member[] => [
    [`${from + i}.jpg`, `picture ${from + i}`],
    [`${from + i}.cls`, `${from + i}\n`],
  ]).flat()

test('groups neighbouring members by their name up to the first dot', async () => {
  const file = await shard('groups.tar', [
    ['train/', '', 'directory'],
    ['train/a.b/one.JPG', 'jpeg'],
    ['train/a.b/one.seg.png', 'passed over'],
    ['train/a.b/one.txt', 'a grey cat, é'],
    ['train/a.b/one.json', '{"width":3}'],
    ['train/a.b/one.cls', '7\n'],
    ['train/link.jpg', '', 'symlink'],
    ['README', 'no extension'],
    ['./two.webp', 'webp'],
  ])
  const [one, two, ...none] = await read([file])
  expect(none).toEqual([])
  expect(one).toMatchObject({
    key: 'train/a.b/one',
    text: 'a grey cat, é',
    json: { width: 3 },
    label: 7,
    file,
  })
  expect(Buffer.from(one.image ?? []).toString()).toBe('jpeg')
  expect(one.offset).toBe(512)
  expect(two).toMatchObject({ key: 'two' })
  expect(two).not.toHaveProperty('text')
})

test('long names and packed shards are read alike', async () => {
  const name = `${'deep/'.repeat(60)}x.png`
  for (const file of [await shard('long.tar', [[name, 'p']]), await shard('long.tar.gz', [[name, 'p']])]) {
    expect((await read([file])).map(({ key, offset }) => ({ key, offset }))).toEqual([
      { key: name.slice(0, -4), offset: 0 },
    ])
  }
})

test.each([undefined, key(7)])(
  'every sample comes once an epoch, and a run resumes anywhere (key %j)',
  async k => {
    const files = [
      await shard('0.tar', pictures(0, 7)),
      await shard('1.tar.gz', pictures(7, 5)),
      await shard('2.tar', pictures(12, 1)),
    ]
    const options = { key: k, ...(k && { shuffleBuffer: 4 }), epochs: 2 }
    const whole = await read(files, options)
    const labels = whole.map(({ label }) => label as number)
    const inOrder = Array.from({ length: 13 }, (_, i) => i)
    for (const epoch of [labels.slice(0, 13), labels.slice(13)]) {
      expect(epoch.toSorted((a, b) => a - b)).toEqual(inOrder)
      if (k === undefined) expect(epoch).toEqual(inOrder)
      else expect(epoch).not.toEqual(inOrder)
    }
    if (k !== undefined) expect(labels.slice(0, 13)).not.toEqual(labels.slice(13))
    for (const [i, { next }] of whole.entries()) {
      const position = JSON.parse(JSON.stringify(next))
      expect(await read(files, { ...options, position })).toEqual(whole.slice(i + 1))
    }
  },
)

test('windows end early by bytes', async () => {
  const file = await shard('bytes.tar', pictures(0, 6))
  const one = await read([file], { key: key(1), shuffleBytes: 1 })
  expect(one.map(({ label }) => label)).toEqual([0, 1, 2, 3, 4, 5])
})

test.each<[string, Member[], RegExp]>([
  ['absolute', [['/a.jpg', 'x']], /byte 0: a member must have a relative path without \.\., got "\/a\.jpg"/],
  [
    'upwards',
    [
      ['a.jpg', 'x'],
      ['b/../../c.jpg', 'x'],
    ],
    /byte 1024: a member must have a relative path/,
  ],
  ['windows', [['C:\\a.jpg', 'x']], /relative path/],
  [
    'large',
    [
      ['a.jpg', 'x'],
      ['a.mp4', 'y'.repeat(2000)],
    ],
    /byte 1024: a\.mp4 must have at most 1000 bytes, got 2000/,
  ],
  [
    'twice',
    [
      ['a.jpg', 'x'],
      ['a.png', 'y'],
    ],
    /byte 1024: a must have one image, got a\.png as a second/,
  ],
  [
    'no picture',
    [
      ['a.jpg', 'x'],
      ['b.txt', 'y'],
    ],
    /byte 1024: b must have a picture, got \.txt only; where its picture is in another place/,
  ],
  [
    'no number',
    [
      ['a.jpg', 'x'],
      ['a.cls', '-1'],
    ],
    /a\.cls must be a class number, 0 or more, or name, got "-1"/,
  ],
  [
    'dots in the key',
    [
      ['22.05.png', 'x'],
      ['22.05.cls', '1'],
    ],
    /22 must have a picture, got \.05\.png, \.05\.cls only; a key ends at its first dot: 22\.05\.png must be named 22\.png or 22_05\.png/,
  ],
  [
    'pictures first',
    [
      ['a.png', 'x'],
      ['b.png', 'y'],
      ['a.cls', '1'],
      ['b.cls', '2'],
    ],
    /byte 2048: a must have its members side by side, got \.cls apart from the others: pack the shard anew with sorted/,
  ],
  ['no JSON', [['a.json', '{']], /byte 0: a\.json must be JSON/],
  ['empty', [], /must have samples, got none/],
  ['nothing known', [['a', 'x']], /must have samples, got none/],
])('a shard with a fault names file and byte: %s', async (name, members, message) => {
  const failing = read([await shard(`${name}.tar`, members)], { largestMember: 1000 })
  await expect(failing).rejects.toThrow(message)
  await expect(failing).rejects.toMatchObject({ code: 'data', argument: join(folder, `${name}.tar`) })
})

test('bad samples can be told and left out; members that are apart cannot', async () => {
  const members: Member[] = [
    ['a.png', 'x'],
    ['b.json', '{}'],
    ['c.png', 'y'],
    ['c.cls', '?'],
    ['d.PNG', 'z'],
  ]
  const told: BadPicture[] = []
  const samples = await read([await shard('left.tar', members)], { onBad: bad => told.push(bad) })
  expect(samples.map(({ key }) => key)).toEqual(['a', 'd'])
  expect(told.map(({ picture, offset }) => [picture, offset])).toEqual([
    ['b', 1024],
    ['c', 3072],
  ])
  expect(told[0].problem).toMatch(/left\.tar, byte 1024: b must have a picture, got \.json only/)
  const labelsFirst = await shard('labels-first.tar', [
    ['a.cls', '1'],
    ['b.cls', '2'],
    ['a.png', 'x'],
    ['b.png', 'y'],
  ])
  await expect(read([labelsFirst], { onBad: () => {} })).rejects.toThrow(
    /a must have its members side by side/,
  )
  await expect(read([labelsFirst], { requireImage: false })).rejects.toThrow(/side by side/)
})

test('a class may have a name, and a picture any format that folders may have', async () => {
  const file = await shard('names.tar', [
    ['a.gif', 'x'],
    ['a.cls', 'grey cat\n'],
    ['b.bmp', 'x'],
  ])
  const [a, b] = await read([file])
  expect(a).toMatchObject({ className: 'grey cat' })
  expect(a).not.toHaveProperty('label')
  expect(Buffer.from(b.image ?? []).toString()).toBe('x')
})

test('text without a picture is a sample when pictures are not required', async () => {
  const [sample] = await read([await shard('text.tar', [['a.txt', 'x']])], { requireImage: false })
  expect(sample).toMatchObject({ key: 'a', text: 'x' })
})

test('a shard cut anywhere is an error, plain or packed', async () => {
  const bytes = await tar(pictures(0, 2))
  const path = join(folder, 'cut.tar')
  for (let length = 0; length < bytes.length - 512; length += 128) {
    await writeFile(path, bytes.subarray(0, length))
    await expect(read([path])).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('byte'),
    })
  }
  const packed = gzipSync(bytes)
  for (let length = 0; length < packed.length; length += 7) {
    await writeFile(`${path}.gz`, packed.subarray(0, length))
    await expect(read([`${path}.gz`])).rejects.toMatchObject({ code: 'data' })
  }
  await writeFile(path, 'no tar at all'.repeat(100))
  await expect(read([path])).rejects.toThrow(/cut\.tar, byte 0: must be a whole tar/)
  await expect(read([join(folder, 'none.tar')])).rejects.toThrow(/none\.tar must exist/)
})

test('options outside their domain are refused', () => {
  expect(() => readShards([])).toThrow(/shards must be of length at least 1/)
  expect(() => readShards(['a'], { shuffleBuffer: 2 })).toThrow(/shuffleBuffer/)
  const position = { epoch: 0, shard: 2, offset: 0, window: 0, index: 0 }
  expect(() => readShards(['a'], { position })).toThrow(/position/)
})

test('leaving the loop early and an abort end the reading', async () => {
  const file = await shard('leave.tar', pictures(0, 50))
  for await (const { label } of readShards([file])) if (label === 3) break
  const stop = new AbortController()
  const samples = readShards([file], { signal: stop.signal })
  await samples.next()
  stop.abort(new Error('enough'))
  await expect(samples.next()).rejects.toThrow('enough')
})
