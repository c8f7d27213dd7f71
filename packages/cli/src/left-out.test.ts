import { cp, mkdir, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEmbeddings } from '@chiaro/data/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const at = (...path: string[]) => join(folder, ...path)
const colours = ['black', 'blue', 'green', 'red']
const svg = (fill: string, x: number) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect x="${x}" width="4" height="8" fill="${fill}"/></svg>`

/** Eight pictures of each colour. */
async function draw(set: string, some = colours): Promise<void> {
  for (const colour of some) {
    await mkdir(at(set, colour), { recursive: true })
    for (let i = 0; i < 8; i++) await writeFile(at(set, colour, `${i}.svg`), svg(colour, i % 5))
  }
}

const small = ['--image-size', '8', '--widths', '4', '--steps', '2', '--batch-size', '8']
const simclr = (images: string, out: string, ...more: string[]) => [
  ...[
    'train',
    'simclr',
    '--images',
    at(images),
    '--out',
    at(out),
    '--head-hidden',
    '8',
    '--head-output',
    '4',
  ],
  ...[...small, ...more],
]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-left-out-'))
  await draw('whole')
  await draw('mixed')
  for (const name of ['bad.png', 'red/none.jpg']) await writeFile(at('mixed', name), 'no picture')
  for (const name of ['a.heic', 'b.heic', 'notes.txt']) await writeFile(at('mixed', name), 'other')
  expect((await chiaro(simclr('whole', 'run'))).code).toBe(0)
})
afterAll(() => rm(folder, { recursive: true }))

describe('bad pictures', () => {
  it('are all named before training, with the flag that leaves them out', async () => {
    const { code, notes } = await chiaro(simclr('mixed', 'refused'))
    expect(code).toBe(1)
    expect(notes.at(-1)).toMatch(
      /^chiaro: 2 pictures can't be used: .*bad\.png must be .*; .*none\.jpg must be .*; --skip-bad leaves them out$/,
    )
  })

  it('are left out, listed in the run and counted in the last lines; so are files that are no pictures', async () => {
    const { code, lines, result } = await chiaro(simclr('mixed', 'left', '--skip-bad', '--json'))
    expect(code).toBe(0)
    expect(lines.at(-2)).toMatch(/^left out: 2 pictures \(.*bad\.png.*; listed in .*skipped\.json$/)
    expect(lines.at(-1)).toMatch(/^passed by: 3 files that are no pictures \(2 \.heic, 1 \.txt\); listed in/)
    expect(result.skipped).toHaveLength(2)
    const listed = JSON.parse(await readFile(at('left/skipped.json'), 'utf8'))
    expect(listed).toMatchObject({
      bad: [{ picture: at('mixed/bad.png') }, { picture: at('mixed/red/none.jpg') }],
      others: ['a.heic', 'b.heic', 'notes.txt'],
    })
    expect(JSON.parse(await readFile(at('left/run.json'), 'utf8')).config.source.skipBad).toBe(true)
    const resumed = await chiaro(['resume', at('left')])
    expect(resumed.notes.at(-1)).toContain('trained to its last step already')
  })

  it('that are others when a run is resumed are changed data', async () => {
    await cp(at('mixed'), at('mending'), { recursive: true })
    expect((await chiaro(simclr('mending', 'mended', '--skip-bad'))).code).toBe(0)
    await unlink(at('mending/bad.png'))
    const { code, notes } = await chiaro(['resume', at('mended')])
    expect([code, notes.at(-1)]).toEqual([1, expect.stringContaining('have changed')])
  })

  it('are left out of embeddings and searches', async () => {
    const embedding = ['embed', at('run'), '--images', at('mixed'), '--out', at('e.parquet')]
    expect((await chiaro(embedding)).notes.at(-1)).toMatch(/--skip-bad leaves them out$/)
    const { lines } = await chiaro([...embedding, '--skip-bad'])
    expect(lines.at(-2)).toMatch(/^left out: 2 pictures/)
    const { names } = await readEmbeddings(at('e.parquet'))
    expect(names).toHaveLength(32)
    expect(names).not.toContain('bad.png')
    const query = ['search', at('run'), '--image', at('whole/red/0.svg'), '--images', at('mixed')]
    expect((await chiaro(query)).code).toBe(1)
    expect((await chiaro([...query, '--skip-bad', '--json'])).result.skipped).toHaveLength(2)
  })

  it('keep the other pictures with their classes', async () => {
    await rm(at('mixed/bad.png'))
    const args = ['evaluate', at('run'), '--images', at('mixed'), '--test-images', at('whole')]
    const { result, notes } = await chiaro([
      ...args,
      '--probe',
      'knn',
      '--skip-bad',
      '--json',
      '--baseline',
      'pixels',
    ])
    expect(notes.filter(note => note.startsWith('chiaro'))).toEqual([])
    expect(result).toMatchObject({ rows: { train: 32, test: 32 }, skipped: [{}] })
    expect(result.baselines).toMatchObject({ pixels: { knn: { accuracy: 1 } } })
    await writeFile(at('mixed/bad.png'), 'no picture')
  })

  it('of pairs leave out their rows', async () => {
    const rows = colours.flatMap(colour =>
      Array.from({ length: 4 }, (_, i) => `whole/${colour}/${i}.svg,a ${colour} bar ${i}`),
    )
    const bad = ['none.png,nothing', 'mixed/red/none.jpg,broken', 'mixed/red/none.jpg,once more']
    await writeFile(at('pairs.csv'), ['image, text', ...bad, ...rows].join('\n'))
    const args = ['train', 'clip', '--pairs', at('pairs.csv'), '--out', at('clip'), ...small]
    const { code, notes } = await chiaro(args)
    expect([code, notes.at(-1)]).toEqual([
      1,
      expect.stringMatching(/pairs\.csv, row 2: .*none\.png must exist, .*--skip-bad leaves it out$/),
    ])
    const { lines } = await chiaro([...args, '--skip-bad'])
    expect(lines.at(-1)).toMatch(/^left out: 2 pictures \(.*row 2: .*; .*row 3: /)
    const asked = ['evaluate', at('clip'), '--pairs', at('pairs.csv'), '--json', '--skip-bad']
    expect((await chiaro(asked)).result).toMatchObject({ queries: { textToImage: 16 } })
  })
})

describe('test classes', () => {
  const evaluate = (images: string, test: string, ...more: string[]) =>
    chiaro([
      'evaluate',
      at('run'),
      '--images',
      at(images),
      '--test-images',
      at(test),
      '--probe',
      'knn',
      ...more,
    ])

  it('are matched by name, any subset of them', async () => {
    for (const some of [['black', 'blue'], ['green', 'red'], ['red'], colours]) {
      const name = `some-${some.join('-')}`
      await draw(name, some)
      const { result } = await evaluate('whole', name, '--json', '--baseline', 'pixels')
      expect(result).toMatchObject({ classNames: colours })
      expect(result.baselines).toMatchObject({ pixels: { knn: { accuracy: 1 } } })
    }
  })

  it('that training did not have, and one class only, are refused', async () => {
    await draw('more', ['pink', 'red'])
    expect((await evaluate('whole', 'more')).notes.at(-1)).toMatch(
      /test classes must be some of .*, got pink$/,
    )
    await draw('one', ['red'])
    expect((await evaluate('one', 'one')).notes.at(-1)).toMatch(
      /--images must have at least two classes, got red only/,
    )
  })

  it('without pictures are an error that names them', async () => {
    await draw('gone')
    await mkdir(at('gone/white'))
    await writeFile(at('gone/white/a.heic'), 'other')
    expect((await evaluate('gone', 'whole')).notes.at(-1)).toMatch(
      /got white with other files only: 1 \.heic$/,
    )
  })
})
