import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { useBackend } from '@chiaro/backend'
import { key, uniformValues } from '@chiaro/random'
import { clip, type Pictures } from '@chiaro/tasks'
import { tar } from '@chiaro/test-kit/tar'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nothingLeftOut } from '../left-out.ts'
import { chiaro } from '../run-in-test.ts'
import { openPairs } from './open-pairs.ts'

const [count, side] = [10, 8]
const size = side * side * 3
const pixels = uniformValues(key(1), count * size).map(value => 255 * value)
const captions = Array.from({ length: count }, (_, i) => [`number ${i}`, `thing ${i}`])
const terminal = {
  ...{ json: true, columns: 100, print: () => {}, note: () => {}, result: () => {} },
  progress: { write: () => {} },
}
const context = () => ({ terminal, signal: new AbortController().signal, leftOut: nothingLeftOut() })

let folder: string
const at = (...path: string[]) => join(folder, ...path)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-open-pairs-'))
  await mkdir(at('pictures'))
  const shards: [string, Buffer | string][][] = [[], [], []]
  const lists: [string, Buffer | string][] = []
  const lines: { image: string; text: string | string[] }[] = []
  for (let i = 0; i < count; i++) {
    const raw = { width: side, height: side, channels: 3 } as const
    const bytes = Uint8Array.from(pixels.subarray(i * size, (i + 1) * size))
    const png = await sharp(bytes, { raw }).png().toBuffer()
    await writeFile(at('pictures', `${i}.png`), png)
    shards[Math.floor(i / 4)].push([`${i}.png`, png], [`${i}.txt`, `${captions[i][0]}\n`])
    const json = { text: captions[i], weight: 1 + (i % 2), title: `title ${i}` }
    lists.push([`${i}.json`, JSON.stringify(json)], [`${i}.png`, png])
    lines.push({ image: `${i}.png`, text: i % 2 === 0 ? captions[i] : captions[i][0] })
  }
  for (const [i, members] of shards.entries()) await writeFile(at(`shard-0${i}.tar`), tar(members))
  await writeFile(at('lists.tar'), tar(lists))
  await writeFile(
    at('pairs.csv'),
    ['image,text', ...captions.map(([text], i) => `${i}.png,${text}`)].join('\n'),
  )
  await writeFile(at('lists.jsonl'), lines.map(line => JSON.stringify(line)).join('\n'))
})
afterAll(() => rm(folder, { recursive: true }))

const reading = () => ({ images: at('pictures'), imageColumn: 'image', textColumn: 'text' })
const open = (pairs: string, more: Partial<Parameters<typeof openPairs>[1]> = {}) =>
  openPairs(pairs, { ...reading(), ...more }, [side, side, 3], context())

async function pixelsOf({ read }: Pictures, chosen: readonly number[]): Promise<Uint8Array[]> {
  const { images, rows } = await read(Int32Array.from(chosen))
  return Array.from(rows, row => Uint8Array.from(images.data.subarray(row * size, (row + 1) * size)))
}

describe('pairs of shards', () => {
  it('have their captions in .txt, or in a field of .json, where they may be several', async () => {
    const shards = await open(`wds:${at('shard-{00..02}.tar')}`)
    expect(shards.texts).toEqual(captions.map(([text]) => text))
    expect(shards.captionsOf).toBeUndefined()
    expect(shards.pairs[4]).toMatchObject({ name: 'shard-01.tar/4', captions: ['number 4'] })
    const lists = await open(`wds:${at('lists.tar')}`, { weightColumn: 'weight' })
    expect(lists.texts).toEqual(captions.flat())
    expect(lists.captionsOf?.[3]).toEqual(Int32Array.of(6, 7))
    expect(lists.weights).toEqual(captions.map((_, i) => 1 + (i % 2)))
    expect((await open(`wds:${at('lists.tar')}`, { textColumn: 'title' })).texts[9]).toBe('title 9')
  })

  it.each<[string, Record<string, string>, Record<string, string>, RegExp]>([
    [
      'no caption',
      { 'a.cls': '1' },
      {},
      /bad\.tar, byte 0: a must have a caption, a\.txt or text in a\.json, got none$/,
    ],
    ['an empty one', { 'a.txt': ' \n' }, {}, /bad\.tar, byte 0: a\.txt must be a caption, got an empty one$/],
    [
      'a number for one',
      { 'a.json': '{"text":3}' },
      {},
      /text of a must be a caption or a list of captions, got 3$/,
    ],
    [
      'no weight',
      { 'a.txt': 'x' },
      { weightColumn: 'w' },
      /bad\.tar, byte 0: w must be a positive number, got none$/,
    ],
    [
      'a delimiter',
      { 'a.txt': 'x' },
      { delimiter: ';' },
      /--delimiter belongs to CSV and TSV, got one beside shards/,
    ],
  ])('with %s are refused', async (_, members, more, message) => {
    const png = await readFile(at('pictures/0.png'))
    await writeFile(at('bad.tar'), tar([['a.png', png], ...Object.entries(members)]))
    await expect(open(`wds:${at('bad.tar')}`, more)).rejects.toThrow(message)
  })
})

describe.each(['pairs.csv', 'wds:shard-{00..02}.tar'])('%s above the memory bound', name => {
  const pairs = () => (name.startsWith('wds:') ? `wds:${at(name.slice(4))}` : at(name))

  it('is read batch by batch, to the pixels of memory', async () => {
    const streamed = (await open(pairs(), { memory: 100 })).images as Pictures
    const kept = (await open(pairs())).images as Pictures
    expect(await pixelsOf(streamed, [7, 0, 7, 9])).toEqual(await pixelsOf(kept, [7, 0, 7, 9]))
    // What is kept is handed over whole, and what is read is no more than was asked for.
    expect((await streamed.read(Int32Array.of(1))).images.shape[0]).toBe(1)
    expect((await kept.read(Int32Array.of(1))).images.shape[0]).toBe(count)
  })

  it('trains, stops in the midst of a shard and goes on, to the bits of memory', async () => {
    await useBackend('wasm', { threads: 1 })
    const small = { widths: [4], buckets: 32, embedding: 4, batchSize: 3, steps: 7, checkpointEvery: 2 }
    const texts = captions.map(([text]) => text)
    const kept = (await open(pairs())).images
    const whole = await clip.train({ ...small, images: kept, texts, key: key(2) })
    const { images } = await open(pairs(), { memory: 100 })
    const controller = new AbortController()
    let saved = new Uint8Array()
    const stopped = clip.train({
      ...{ ...small, images, texts, key: key(2), signal: controller.signal },
      onSave: run => {
        saved = Uint8Array.from(run)
      },
      onStep: ({ step }) => {
        if (step === 4) controller.abort(new Error('enough'))
      },
    })
    await expect(stopped).rejects.toThrow('enough')
    const resumed = await clip.resume(saved, { images, texts })
    for (const [name, value] of Object.entries(whole.model.parameters)) {
      expect(await resumed.model.parameters[name].data()).toEqual(await value.data())
    }
    whole.dispose()
    resumed.dispose()
  })
})

describe('the command', () => {
  const train = (out: string, pairs: string, ...more: string[]) =>
    chiaro([
      ...['train', 'clip', '--pairs', pairs, '--out', at(out), '--image-size', String(side), '--seed', '3'],
      ...[
        '--widths',
        '4',
        '--embedding',
        '4',
        '--buckets',
        '32',
        '--batch-size',
        '4',
        '--steps',
        '5',
        ...more,
      ],
    ])
  const weights = (run: string) => readFile(at(run, 'checkpoints/5/model.safetensors'))

  it('learns the same from the same pairs, however they are kept', async () => {
    const table = await train('of-table', at('pairs.csv'), '--images', at('pictures'))
    expect([table.notes.at(-1), table.code]).toEqual([expect.any(String), 0])
    const shards = `wds:${at('shard-{00..02}.tar')}`
    expect((await train('of-shards', shards)).code).toBe(0)
    expect(await weights('of-shards')).toEqual(await weights('of-table'))
    const evaluated = await chiaro(['evaluate', at('of-shards'), '--pairs', shards, '--json'])
    expect(evaluated.result).toMatchObject({ trainingPairs: true, queries: { textToImage: count } })
    const found = await chiaro(['search', at('of-shards'), '--text', 'number 3', '--top', '2', '--json'])
    expect(found.result.found).toHaveLength(2)
  })

  it('takes lists of captions, and each of them finds its picture', async () => {
    const pairs = [at('lists.jsonl'), '--images', at('pictures')]
    const { code, result } = await train('of-lists', pairs[0], ...pairs.slice(1), '--json')
    expect([code, result]).toEqual([0, expect.any(Object)])
    const evaluated = await chiaro(['evaluate', at('of-lists'), '--pairs', ...pairs, '--json'])
    expect(evaluated.result).toMatchObject({ queries: { textToImage: 15, imageToText: 10 } })
  })

  it('reads byte pairs from a file, packed or not, and needs it no more', async () => {
    const merges = '#version: 0.2\nu m\num b\n'
    await writeFile(at('merges.txt'), merges)
    await writeFile(at('merges.txt.gz'), gzipSync(merges))
    const tower = [
      '--text-tower',
      'transformer',
      '--text-width',
      '8',
      '--text-heads',
      '2',
      '--text-layers',
      '1',
    ]
    const of = (out: string, file: string) => {
      const data = ['--pairs', `wds:${at('lists.tar')}`, '--out', at(out), '--image-size', String(side)]
      const fit = ['--widths', '4', '--embedding', '4', '--batch-size', '4', '--steps', '5', '--seed', '3']
      return chiaro(['train', 'clip', ...data, ...fit, ...tower, '--merges', at(file)])
    }
    expect((await of('pairs-of-bytes', 'merges.txt')).code).toBe(0)
    expect((await of('unpacked', 'merges.txt.gz')).code).toBe(0)
    expect(await weights('unpacked')).toEqual(await weights('pairs-of-bytes'))
    await rm(at('merges.txt'))
    const found = await chiaro(['search', at('pairs-of-bytes'), '--text', 'number 3', '--json'])
    expect(found.code).toBe(0)
    expect((await of('never', 'merges.txt')).code).toBe(2)
  })

  it('refuses a folder of pictures beside shards', async () => {
    const { notes } = await train('never', `wds:${at('lists.tar')}`, '--images', at('pictures'))
    expect(notes.at(-1)).toMatch(/--images belongs to a file of pairs, got one beside shards/)
    expect((await train('never', 'wds:')).notes.at(-1)).toMatch(/--pairs must be a file or wds:SHARDS\.tar/)
  })
})
