import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEmbeddings, writeEmbeddings } from '@chiaro/data/node'
import { foldIn, key, normalValues, uniformValues } from '@chiaro/random'
import { plantLance, trueLance } from '@chiaro/test-kit/lance'
import { tar } from '@chiaro/test-kit/tar'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chiaro } from '../run-in-test.ts'

const side = 8
const [shards, ofEach] = [3, 450]
const before = process.cwd()

let folder: string
const at = (...path: string[]) => join(folder, ...path)
const images = () => `wds:${at('s-{0..2}.tar')}`

async function png(number: number): Promise<Buffer> {
  const bytes = Uint8Array.from(uniformValues(foldIn(key(3), number), side * side), value => 255 * value)
  return sharp(bytes, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toBuffer()
}

async function well(args: readonly string[]) {
  const ended = await chiaro(args)
  expect(ended.code, ended.notes.join('\n')).toBe(0)
  return ended
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-index-'))
  for (let shard = 0; shard < shards; shard++) {
    const numbers = Array.from({ length: ofEach }, (_, i) => shard * ofEach + i)
    const members = numbers.map(async i => [`p${i}.png`, await png(i)] as [string, Buffer])
    await writeFile(at(`s-${shard}.tar`), tar(await Promise.all(members)))
  }
  await writeFile(at('query.png'), await png(77))
  for (const [out, seed] of [
    ['run', '1'],
    ['other', '2'],
  ]) {
    await well([
      ...[
        'train',
        'simclr',
        '--images',
        images(),
        '--out',
        at(out),
        '--image-size',
        String(side),
        '--widths',
      ],
      ...[
        '8',
        '--head-hidden',
        '8',
        '--head-output',
        '4',
        '--batch-size',
        '8',
        '--steps',
        '2',
        '--seed',
        seed,
      ],
    ])
  }
  await well(['embed', at('run'), '--images', images(), '--out', at('embeddings')])
}, 120_000)
afterAll(async () => {
  process.chdir(before)
  await rm(folder, { recursive: true })
})

it('without LanceDB the index says how to install it, and leaves nothing', async () => {
  process.chdir(folder)
  const { code, notes } = await chiaro(['index', at('embeddings'), '--out', at('index')])
  expect(code).toBe(1)
  expect(notes.at(-1)).toMatch(/^chiaro: .*LanceDB.* npm install @lancedb\/lancedb@~0\.37\.1/)
  expect(await readdir(folder)).not.toContain('index')
})

describe('an index of the shards that embed wrote', () => {
  beforeAll(() => {
    if (trueLance === undefined) plantLance(folder)
    // From where LanceDB is found.
    process.chdir(trueLance ?? folder)
  })

  it('is built with its recall on held-out rows, which are in it afterwards', async () => {
    const { result, lines, notes } = await well([
      'index',
      at('embeddings'),
      '--out',
      at('index'),
      '--queries',
      '8',
    ])
    const rows = shards * ofEach
    expect(notes).toContain('comparing 16 held-out rows with all others, to choose the effort and measure it')
    expect(result).toMatchObject({
      ...{ out: at('index'), rows, recall: { top: 10, queries: 8, seed: 0 }, run: expect.any(String) },
      files: [0, 1, 2].map(shard => ({ name: `s-${shard}.parquet`, rows: ofEach })),
    })
    const { recall } = result as { recall: { value: number } }
    expect(recall.value).toBeGreaterThan(0.9)
    expect(lines[0]).toBe(`${rows} rows of ${result.dimension} numbers in ${at('index')}`)
    expect(lines[1]).toMatch(
      /^recall@10 [01]\.\d{3} ± 0\.\d{3} of 8 held-out rows, by \d+ of 37 partitions and \d+ /,
    )
  }, 120_000)

  it('finds what comparing every row finds, with the same similarities', async () => {
    const search = (...where: string[]) => well(['search', at('run'), '--image', at('query.png'), ...where])
    const exact = await search('--embeddings', at('embeddings'), '--top', '3')
    const byIndex = await search('--index', at('index'), '--top', '3')
    expect((byIndex.result.found as { picture: string }[])[0].picture).toBe('p77')
    // Of pictures of noise most are found; those that are have the exact similarity.
    const known = new Map(
      (exact.result.found as { picture: string; score: number }[]).map(one => [one.picture, one.score]),
    )
    const both = (byIndex.result.found as { picture: string; score: number }[]).filter(one =>
      known.has(one.picture),
    )
    expect(both.length).toBeGreaterThanOrEqual(2)
    for (const { picture, score } of both) expect(score).toBeCloseTo(known.get(picture) ?? 0, 5)
  })

  it('takes files later that it does not have, and finds their rows', async () => {
    const { vectors, dimension } = await readEmbeddings(at('embeddings/s-0.parquet'))
    const opposite = vectors.subarray(0, dimension).map(value => -value)
    await writeEmbeddings(at('embeddings/t.parquet'), { names: ['new'], vectors: opposite, dimension })
    const added = await well(['index', at('embeddings'), '--out', at('index'), '--add'])
    expect(added.notes).toContain('3 of 4 files are in it already')
    expect(added.result).toMatchObject({ rows: shards * ofEach + 1, added: 1, files: ['t.parquet'] })
    const again = await well(['index', at('embeddings'), '--out', at('index'), '--add'])
    expect(again.result).toMatchObject({ added: 0, files: [] })
    const { about } = JSON.parse(await readFile(at('index/index.json'), 'utf8'))
    expect(about.files).toHaveLength(4)
  })

  it('refuses another run, another dimension, the same file twice and what does not fit', async () => {
    const refused = async (args: readonly string[], message: RegExp) => {
      const { code, notes } = await chiaro(args)
      expect(code).toBeGreaterThan(0)
      expect(notes.at(-1)).toMatch(message)
    }
    const search = (run: string, ...more: string[]) => [
      ...['search', at(run), '--image', at('query.png'), '--index', at('index'), ...more],
    ]
    await refused(search('other'), /must be an index of embeddings of .*other, got one of another run/)
    await refused(search('run', '--images', at('x')), /--images: it excludes --index|it excludes --index/)
    await refused(['index', at('s-0.tar'), '--out', at('y')], /a \.parquet or \.npy file/)
    await refused(
      ['index', at('embeddings'), '--out', at('index')],
      /must be a new folder, got one that is there/,
    )
    const copy = at('embeddings/u.parquet')
    await writeFile(copy, await readFile(at('embeddings/s-1.parquet')))
    await refused(
      ['index', at('embeddings'), '--out', at('y')],
      /got the same bytes in .*s-1\.parquet and .*u\.parquet/,
    )
    await well(['embed', at('other'), '--images', images(), '--out', at('of-other'), '--shard', '0/3'])
    await refused(
      ['index', at('of-other'), '--out', at('index'), '--add'],
      /s-0\.parquet must be of the run that the others are of, got one of another run/,
    )
    const vectors = normalValues(key(1), 10)
    await writeEmbeddings(at('narrow.npy'), { names: ['a', 'b'], vectors, dimension: 5 })
    await refused(
      ['index', at('narrow.npy'), '--out', at('index'), '--add'],
      /rows of \d+ numbers, got 10 numbers for 2/,
    )
    await refused(
      ['index', at('narrow.npy'), '--out', at('index'), '--add', '--partitions', '3'],
      /an index is not trained anew by --add/,
    )
    await refused(['index', at('narrow.npy'), '--out', at('y')], /must have at least 1024 rows, got/)
  }, 120_000)
})
