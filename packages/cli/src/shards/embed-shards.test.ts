import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { embeddingInfo, readEmbeddings } from '@chiaro/data/node'
import { foldIn, key, uniformValues } from '@chiaro/random'
import { tar } from '@chiaro/test-kit/tar'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { start } from '../process-in-test.ts'
import { chiaro } from '../run-in-test.ts'

const side = 8
const [shardCount, ofEach] = [5, 6]

let folder: string
const at = (...path: string[]) => join(folder, ...path)

async function png(number: number): Promise<Buffer> {
  const bytes = Uint8Array.from(uniformValues(foldIn(key(3), number), side * side), value => 255 * value)
  return sharp(bytes, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer()
}

const train = (out: string, seed: number) =>
  chiaro([
    ...['train', 'simclr', '--images', at('pictures'), '--out', at(out), '--image-size', String(side)],
    ...['--widths', '4', '--head-hidden', '8', '--head-output', '4', '--batch-size', '8', '--steps', '2'],
    ...['--seed', String(seed)],
  ])

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-shards-'))
  await mkdir(at('pictures'))
  for (let shard = 0; shard < shardCount; shard++) {
    const members: [string, Buffer][] = []
    for (let i = 0; i < ofEach; i++) {
      const picture = await png(shard * ofEach + i)
      const name = `${String(shard * ofEach + i).padStart(3, '0')}.png`
      members.push([name, picture])
      await writeFile(at('pictures', name), picture)
    }
    await writeFile(at(`s-${shard}.tar`), tar(members))
  }
  for (const [out, seed] of [
    ['run', 1],
    ['other', 2],
  ] as const) {
    const { code, notes } = await train(out, seed)
    expect(code, notes.join('\n')).toBe(0)
  }
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

/** The command on the tars, or on what follows --images. */
const embed = (out: string, ...more: string[]) => {
  const images = more.includes('--images') ? [] : ['--images', `wds:${at('s-{0..4}.tar')}`]
  return ['embed', at('run'), ...images, '--out', at(out), ...more]
}

/** The bytes of all whole files in a folder, by name. */
async function bytesOf(out: string): Promise<Record<string, string>> {
  const names = (await readdir(at(out))).filter(name => !name.endsWith('.partial')).sort()
  const read = names.map(async name => [name, (await readFile(at(out, name))).toString('base64')])
  return Object.fromEntries(await Promise.all(read))
}

describe('embed into a folder', () => {
  it('gives the vectors of a single file, a file a shard, whoever does which', async () => {
    const all = await chiaro(embed('all.parquet'))
    expect(all.code, all.notes.join('\n')).toBe(0)
    const whole = await chiaro(embed('one', '--json'))
    expect(whole.code, whole.notes.join('\n')).toBe(0)
    expect(whole.notes[0]).toBe('share 0/1 by no array, job or launcher: 5 of 5 shards')
    expect(whole.lines.at(-1)).toMatch(/^30 embeddings of \d+ numbers in 5 files of /)
    const { names, vectors, dimension } = await readEmbeddings(at('all.parquet'))
    for (let shard = 0; shard < shardCount; shard++) {
      const found = await readEmbeddings(at('one', `s-${shard}.parquet`))
      const [from, to] = [shard * ofEach, (shard + 1) * ofEach]
      expect(found.names).toEqual(names.slice(from, to))
      // Batches of another size round otherwise.
      const expected = vectors.subarray(from * dimension, to * dimension)
      for (const [i, value] of found.vectors.entries()) expect(value).toBeCloseTo(expected[i], 5)
    }
    for (const task of ['0', '1']) {
      vi.stubEnv('SLURM_ARRAY_TASK_ID', task)
      vi.stubEnv('SLURM_ARRAY_TASK_MIN', '0')
      vi.stubEnv('SLURM_ARRAY_TASK_MAX', '1')
      const { code, notes, result } = await chiaro(embed('two', '--json'))
      expect(code, notes.join('\n')).toBe(0)
      expect(notes[0]).toMatch(
        /^share [01]\/2 by Slurm's array \(task [01] of 0 to 1 by 1\): [32] of 5 shards$/,
      )
      const own = task === '0' ? [0, 2, 4] : [1, 3]
      expect(result).toMatchObject({
        rows: own.length * ofEach,
        made: own.length,
        shards: own.map(shard => ({ file: `s-${shard}.parquet`, rows: ofEach, skipped: 0 })),
      })
    }
    expect(await bytesOf('two')).toEqual(await bytesOf('one'))
  })

  it('skips what is whole, makes again what is damaged, and finishes what is missing, to the same bytes', async () => {
    await chiaro(embed('again'))
    const before = await bytesOf('again')
    await rm(at('again/s-1.parquet'))
    await truncate(at('again/s-3.parquet'), 300)
    const [left, writing] = ['again/s-1.parquet.1.partial', 'again/s-1.parquet.2.partial'].map(name =>
      at(name),
    )
    await writeFile(left, 'what a killed process has left')
    await writeFile(writing, 'what another may be writing')
    const old = new Date(Date.now() - 2 * 3_600_000)
    await utimes(left, old, old)
    const table = await chiaro(embed('again', '--status'))
    expect(table.lines.map(line => line.split(/ {2,}/))).toEqual([
      ['shard', 'rows', 'left out', 'state'],
      ['s-0.parquet', '6', '0', 'whole'],
      ['s-1.parquet', 'missing'],
      ['s-2.parquet', '6', '0', 'whole'],
      ['s-3.parquet', 'damaged'],
      ['s-4.parquet', '6', '0', 'whole'],
      ['3 of 5 shards whole, 18 embeddings'],
    ])
    expect(table.result).toMatchObject({ whole: 3, missing: 1, damaged: 1, other: 0, rows: 18 })
    const { code, notes, result, lines } = await chiaro(embed('again', '--json'))
    expect(code, notes.join('\n')).toBe(0)
    expect(notes.join('\n')).toMatch(/made again, since damaged: .*s-3\.parquet/)
    expect(notes).toContain('3 of them are whole already')
    expect(result).toMatchObject({ made: 2, rows: 30 })
    expect(lines.at(-1)).toMatch(/, 3 of them from before$/)
    expect((await readdir(at('again'))).filter(name => name.endsWith('.partial'))).toEqual([
      basename(writing),
    ])
    expect(await bytesOf('again')).toEqual(before)
  })

  it('refuses files of another run and of other pictures before it embeds, and leaves them', async () => {
    await chiaro(embed('mixed', '--shard', '0/5'))
    const before = await bytesOf('mixed')
    expect(Object.keys(before)).toEqual(['s-0.parquet'])
    const other = await chiaro(embed('mixed').map(arg => (arg === at('run') ? at('other') : arg)))
    expect(other.code).toBe(1)
    expect(other.notes.at(-1)).toMatch(/s-0\.parquet must be of this run .* it is of another run/)
    await mkdir(at('moved'))
    await cp(at('s-1.tar'), at('moved/s-0.tar'))
    await writeFile(at('moved/s-1.tar'), tar([['x.png', await png(1)]]))
    const images = `wds:${at('moved/s-{0..1}.tar')}`
    await chiaro(embed('mixed', '--shard', '1/5'))
    const changed = await chiaro(embed('mixed', '--images', images))
    expect(changed.code).toBe(1)
    expect(changed.notes.at(-1)).toMatch(/it is of other pictures: \{"file":"s-1\.tar","bytes":\d+\}, not/)
    await writeFile(at('mixed/s-2.parquet'), await readFile(at('all.parquet')))
    const foreign = await chiaro(embed('mixed'))
    expect(foreign.notes.at(-1)).toMatch(/s-2\.parquet must be .* not written by chiaro embed into a folder/)
    expect((await bytesOf('mixed'))['s-0.parquet']).toBe(before['s-0.parquet'])
    expect((await readdir(at('mixed'))).sort()).toEqual(['s-0.parquet', 's-1.parquet', 's-2.parquet'])
  })

  it('cuts a folder into shards, and knows when its pictures are others', async () => {
    const cut = ['--images', at('pictures'), '--shard-size', '7']
    const { code, notes } = await chiaro(embed('cut', ...cut))
    expect(code, notes.join('\n')).toBe(0)
    const names = (await readdir(at('cut'))).sort()
    expect(names).toEqual([
      '00000.parquet',
      '00001.parquet',
      '00002.parquet',
      '00003.parquet',
      '00004.parquet',
    ])
    const rows = await Promise.all(names.map(async name => (await readEmbeddings(at('cut', name))).names))
    expect(rows.map(({ length }) => length)).toEqual([7, 7, 7, 7, 2])
    expect(rows.flat()).toEqual((await readdir(at('pictures'))).sort())
    const another = await chiaro(embed('cut', '--images', at('pictures'), '--shard-size', '8'))
    expect(another.notes.at(-1)).toContain('it is of other pictures')
  })

  it('leaves bad pictures out shard by shard, or refuses them', async () => {
    const members: [string, Buffer][] = [
      ['a.png', await png(0)],
      ['b.png', Buffer.from('no picture')],
      ['c.png', await png(1)],
    ]
    await writeFile(at('bad-0.tar'), tar(members))
    await writeFile(at('bad-1.tar'), tar([['d.png', Buffer.from('none either')]]))
    const images = ['--images', `wds:${at('bad-{0..1}.tar')}`]
    const refused = await chiaro(embed('bad', ...images))
    expect(refused.code).toBe(1)
    expect(refused.notes.at(-1)).toMatch(/^chiaro: .*b must be a picture.*; --skip-bad leaves it out$/)
    expect(await readdir(at('bad'))).toEqual([])
    // The second time they are told by what the files keep.
    for (const made of [2, 0]) {
      const { code, lines, result, notes } = await chiaro(embed('bad', ...images, '--skip-bad'))
      expect(code, notes.join('\n')).toBe(0)
      expect(lines.slice(-2)[0]).toBe('used: 2 pictures')
      expect(lines.at(-1)).toMatch(/^left out: 2 pictures \(/)
      expect(result).toMatchObject({ made, rows: 2, skipped: [{ picture: 'b' }, { picture: 'd' }] })
    }
    expect((await readEmbeddings(at('bad/bad-0.parquet'))).names).toEqual(['a', 'c'])
    expect(await embeddingInfo(at('bad/bad-1.parquet'))).toMatchObject({ rows: 0 })
  })

  it.each<[string, string[], RegExp]>([
    [
      'a file with --shard',
      ['x.parquet', '--shard', '0/2'],
      /--out must be a folder with it, got .*x\.parquet/,
    ],
    ['another kind of file', ['x.csv'], /must be a .parquet or .npy file/],
    ['--cache', ['x', '--cache', 'kept'], /shards are decoded once/],
    ['a share that is none', ['x', '--shard', '2/2'], /It must be i\/n/],
    ['an IDX file', ['x', '--images', 'idx:a.idx'], /must be a folder or wds:SHARDS where --out is a folder/],
    [
      'two shards of one name',
      ['x', '--images', 'wds:{.,moved}/s-0.tar'],
      /shards must differ in their names/,
    ],
  ])('refuses %s', async (_, [out, ...more], message) => {
    const place = more.map(arg => arg.replace('wds:', `wds:${folder}/`))
    const { code, notes } = await chiaro(embed(out, ...place))
    expect(code).toBeGreaterThan(0)
    expect(notes.join('\n')).toMatch(message)
  })
})

describe('a process', () => {
  it('that is killed or interrupted keeps whole shards, and another ends with the same bytes', {
    timeout: 120_000,
  }, async () => {
    await chiaro(embed('unbroken'))
    const before = await bytesOf('unbroken')
    for (const signal of ['SIGKILL', 'SIGINT'] as const) {
      const child = start(...embed('broken'))
      const exit = once(child, 'exit')
      const made = async () => (await readdir(at('broken')).catch((): string[] => [])).length
      while ((await made()) < 2 && child.exitCode === null) await new Promise(next => setTimeout(next, 1))
      child.kill(signal)
      await exit
      const names = (await readdir(at('broken'))).filter(name => !name.endsWith('.partial'))
      for (const name of names) expect((await embeddingInfo(at('broken', name))).rows).toBe(ofEach)
      if (signal === 'SIGINT' && names.length < shardCount) {
        expect(child.exitCode).toBe(130)
        expect(child.notes()).toMatch(/stopped: \d of 5 shards are whole; the same command embeds the others/)
      }
      await chiaro(embed('broken'))
      expect(await bytesOf('broken')).toEqual(before)
      await rm(at('broken'), { recursive: true })
    }
  })
})
