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
    expect(lines.at(-3)).toBe('used: 32 pictures')
    expect(lines.at(-2)).toMatch(/^left out: 2 pictures \(.*bad\.png.*; listed in .*skipped\.json$/)
    expect(lines.at(-1)).toMatch(/^passed by: 3 files that are no pictures \(2 \.heic, 1 \.txt\); listed in/)
    expect(result.skipped).toHaveLength(2)
    expect(result.passedBy).toBe(3)
    const listed = JSON.parse(await readFile(at('left/skipped.json'), 'utf8'))
    expect(listed).toMatchObject({
      bad: [{ picture: at('mixed/bad.png') }, { picture: at('mixed/red/none.jpg') }],
      others: ['a.heic', 'b.heic', 'notes.txt'],
    })
    expect(JSON.parse(await readFile(at('left/run.json'), 'utf8')).config.source.skipBad).toBe(true)
    const resumed = await chiaro(['resume', at('left')])
    expect(resumed.notes.at(-1)).toContain('trained to its end already')
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

describe('decoded pictures', () => {
  it('are kept by --cache for any command, with the same weights and vectors', async () => {
    const cache = ['--cache', at('kept')]
    const weights = (run: string) => readFile(at(run, 'checkpoints/2/model.safetensors'))
    const first = await chiaro(simclr('mixed', 'cached', '--skip-bad', ...cache))
    expect(first.notes.join('\n')).not.toContain('decoded before')
    const again = await chiaro(simclr('mixed', 'cached-again', '--skip-bad', ...cache))
    expect(again.notes).toContain(`32 pictures decoded before from ${at('kept')}`)
    expect(again.lines.slice(-2).map(line => line.replace(/; listed.*/, ''))).toEqual(
      first.lines.slice(-2).map(line => line.replace(/; listed.*/, '')),
    )
    await chiaro(simclr('mixed', 'uncached', '--skip-bad'))
    expect(await weights('cached-again')).toEqual(await weights('uncached'))
    const embed = (out: string, ...more: string[]) =>
      chiaro(['embed', at('run'), '--images', at('whole'), '--out', at(out), ...more])
    expect((await embed('cached.npy', ...cache)).notes.join()).not.toContain('decoded before')
    expect((await embed('cached.npy', ...cache)).notes.join()).toContain('32 pictures decoded before')
    await embed('plain.npy')
    expect(await readFile(at('cached.npy'))).toEqual(await readFile(at('plain.npy')))
  })

  it('of pairs are kept too', async () => {
    const rows = colours.map(colour => `${colour}/0.svg,a ${colour} bar`)
    await writeFile(at('kept.csv'), ['image,text', ...rows].join('\n'))
    const train = (out: string) =>
      chiaro([
        ...[
          'train',
          'clip',
          '--pairs',
          at('kept.csv'),
          '--images',
          at('whole'),
          '--out',
          at(out),
          '--batch-size',
          '4',
        ],
        ...['--image-size', '8', '--widths', '4', '--steps', '1', '--cache', at('kept-pairs')],
      ])
    expect((await train('pairs-1')).code).toBe(0)
    expect((await train('pairs-2')).notes.join()).toContain('4 pictures decoded before')
    const asked = ['evaluate', at('pairs-1'), '--pairs', at('kept.csv'), '--images', at('whole'), '--json']
    const { lines, result, notes } = await chiaro([...asked, '--cache', at('kept-pairs')])
    expect(notes.join()).toContain('4 pictures decoded before')
    expect(lines).toContain('these are the pairs of the training: of new ones this says nothing')
    expect(result.trainingPairs).toBe(true)
    // R@5 and R@10 of four candidates are 1: of four hits an error of 0 would be certainty; 0.025^(1/4) = 0.398.
    expect(lines[0]).toMatch(/R@5 1\.000 \[0\.398, 1\.000\] \(chance 1/)
    expect(lines.join()).not.toContain('± 0.000')
  })
})

describe('a search among pictures that are all alike', () => {
  it('says so and lists none, as any order would be by chance', async () => {
    await mkdir(at('alike'))
    for (const name of ['a', 'b', 'c']) await writeFile(at('alike', `${name}.svg`), svg('red', 2))
    const query = ['search', at('run'), '--image', at('whole/blue/0.svg'), '--images', at('alike'), '--json']
    const { code, lines, result } = await chiaro(query)
    expect(code).toBe(0)
    expect(lines).toEqual([
      expect.stringMatching(/^nothing is nearest: all 3 pictures have the similarity -?\d\.\d{3};/),
    ])
    expect(result).toMatchObject({ found: [], alike: { pictures: 3 } })
    await rm(at('alike/b.svg'))
    await rm(at('alike/c.svg'))
    expect((await chiaro(query)).result.found).toHaveLength(1)
  })

  it('is a report whose map says so, without neighbours', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await writeFile(at('alike', `${name}.svg`), svg('red', 2))
    expect((await chiaro(['report', at('run'), '--images', at('alike')])).code).toBe(0)
    const page = await readFile(at('run/report.html'), 'utf8')
    expect(page).toContain('all at one place')
    expect(page).toContain('no picture is nearer than another')
    expect(page).not.toContain('<figure class="query"')
    expect(page).not.toContain('Colours:')
  })
})

describe('a report', () => {
  it('colours its map by sub-folders, with a legend', async () => {
    expect((await chiaro(['report', at('run'), '--images', at('whole')])).code).toBe(0)
    const page = await readFile(at('run/report.html'), 'utf8')
    expect(page).toContain('Colours: their sub-folders.')
    for (const colour of colours) expect(page).toMatch(new RegExp(`</svg>\\s*${colour}\\s*</span>`))
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
      const { result, lines } = await evaluate('whole', name, '--json', '--baseline', 'pixels')
      const test = 8 * some.length
      expect(result).toMatchObject({ classNames: colours, rows: { train: 32, test, shared: test } })
      expect(result.baselines).toMatchObject({
        pixels: {
          knn: {
            accuracy: 1,
            interval: { low: expect.closeTo(0.025 ** (1 / test), 12), high: 1, method: 'exact' },
          },
        },
      })
      expect(lines.join('\n')).not.toContain('[1.0000, 1.0000]')
      expect(lines.join('\n')).toContain('every test picture is among the training pictures too')
      expect(lines.some(line => line.startsWith('all test pictures are of one class, red'))).toBe(
        some.length === 1,
      )
    }
  })

  it('of pictures some of which are the training’s are counted', async () => {
    await draw('partly', ['red'])
    await writeFile(at('partly/red/new.svg'), svg('#c00', 1))
    const { result, lines } = await evaluate('whole', 'partly', '--json')
    expect(result.rows).toEqual({ train: 32, test: 9, shared: 8 })
    expect(lines.join('\n')).toContain('8 of the 9 test pictures are among the training pictures too')
    await mkdir(at('others/red'), { recursive: true })
    await writeFile(at('others/red/new.svg'), svg('#c00', 1))
    const apart = await evaluate('whole', 'others', '--json')
    expect(apart.result.rows).toEqual({ train: 32, test: 1, shared: 0 })
    expect(apart.lines.join('\n')).not.toContain('among the training pictures')
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
