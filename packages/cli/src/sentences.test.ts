import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEmbeddings } from '@chiaro/data/node'
import { integerValues, key } from '@chiaro/random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const at = (...path: string[]) => join(folder, ...path)
const count = 120

const words = {
  sea: ['boat', 'wave', 'sail', 'harbour', 'tide', 'fish'],
  kitchen: ['pan', 'oven', 'spoon', 'bread', 'onion', 'recipe'],
} as const

/** Sentences of four words of one of two fields, among words that say nothing. */
function rows(seed: number): [text: string, topic: string][] {
  return Array.from({ length: count }, (_, i) => {
    const topic = i % 2 === 0 ? 'sea' : 'kitchen'
    const draws = integerValues(key(1000 * seed + i), 4, { maximum: 6 })
    const of = Array.from(draws, draw => words[topic][draw])
    return [`the ${of[0]} and a ${of[1]}, some ${of[2]} with ${of[3]} (${seed}-${i})`, topic]
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-sentences-'))
  for (const [name, seed] of [
    ['train', 1],
    ['test', 2],
  ] as const) {
    const lines = rows(seed).map(([text, topic]) => `"${text}",${topic}`)
    await writeFile(at(`${name}.csv`), `${['text,topic', ...lines].join('\n')}\n`)
    await writeFile(
      at(`${name}.txt`),
      rows(seed)
        .map(([text]) => `${text}\n`)
        .join(''),
    )
    const said = rows(seed).map(([said, about]) => JSON.stringify({ said, about }))
    await writeFile(at(`${name}.jsonl`), said.join('\n'))
  }
  await writeFile(at('synonyms.txt'), 'boat: ship, vessel\npan: pot\n')
})
afterAll(() => rm(folder, { recursive: true }))

const given = (arg: string) => (/\.(csv|txt|jsonl|parquet)$/.test(arg) ? at(arg) : arg)
const training = (out: string, ...more: string[]) => [
  ...['train', 'sentences', '--out', at(out), '--buckets', '512', '--embedding', '16', '--head-hidden', '16'],
  ...['--head-output', '8', '--batch-size', '24', '--seed', '1', ...more.map(given)],
]
const log = async (run: string) =>
  (await readFile(at(run, 'log.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

const weights = (run: string, step: number) =>
  Promise.all(
    ['model.safetensors', 'optimizer.safetensors', 'state.json'].map(name =>
      readFile(at(run, 'checkpoints', String(step), name)),
    ),
  )

describe('train sentences', () => {
  test.each([
    ['lines', '--texts', 'train.txt', '--views', '3'],
    ['synonyms', '--texts', 'train.csv', '--change', 'replace', '--synonyms', 'synonyms.txt'],
    ['supcon', '--texts', 'train.csv', '--objective', 'supcon', '--label-column', 'topic'],
    [
      'probe',
      '--texts',
      'train.jsonl',
      '--text-column',
      'said',
      '--label-column',
      'about',
      '--probe',
      '--watch-every',
      '2',
    ],
  ])('resumes %s to the bit', async (name, ...told) => {
    const options = ['--steps', '6', '--checkpoint-every', '2', ...told]
    const [whole, broken] = [`${name}-whole`, `${name}-broken`]
    const { code, notes } = await chiaro(training(whole, ...options))
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
    const controller = new AbortController()
    const stopped = chiaro(training(broken, ...options), controller.signal)
    while (!(await readFile(at(broken, 'log.jsonl'), 'utf8').catch(() => '')).includes('"step":3,')) {
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    controller.abort(new Error('interrupted'))
    expect((await stopped).code).toBe(130)
    expect((await chiaro(['resume', at(broken)])).code).toBe(0)
    expect(await weights(broken, 6)).toEqual(await weights(whole, 6))
    expect(await log(broken)).toEqual(await log(whole))
  })

  test('keeps the checkpoint that the probe finds best, and logs what its losses show', async () => {
    const lines = await log('probe-whole')
    const probed = lines.filter(({ probe }) => probe !== undefined)
    expect(probed.map(({ step }) => step)).toEqual([2, 4, 6])
    const best = Math.max(...probed.map(({ probe }) => probe))
    const { bestStep, mutualInformation } = JSON.parse(await readFile(at('probe-whole/report.json'), 'utf8'))
    expect(bestStep).toBe(probed.find(({ probe }) => probe === best).step)
    expect(mutualInformation.ceiling).toBeCloseTo(Math.log(47), 12)
    expect(lines[5].mutualInformation.estimate).toBeCloseTo(mutualInformation.estimate, 12)
  })

  test('refuses other texts on resuming, and takes moved ones', async () => {
    const moved = ['resume', at('lines-whole'), '--texts']
    const { code, notes } = await chiaro([...moved, at('test.txt')])
    expect([code, notes.join('\n')]).toEqual([1, expect.stringContaining('--accept-changed-data')])
    expect((await chiaro([...moved, at('train.txt')])).notes.join('\n')).toContain('trained to its end')
  })

  test.each([
    ['no such column', ['--texts', 'train.csv', '--text-column', 'said'], 1, 'said'],
    [
      'a column of lines',
      ['--texts', 'train.txt', '--label-column', 'x', '--probe'],
      1,
      'labelColumn belongs to',
    ],
    [
      'classes without a column',
      ['--texts', 'train.csv', '--objective', 'supcon'],
      1,
      'learns from labels, got none',
    ],
    [
      'a column that nothing asks',
      ['--texts', 'train.csv', '--label-column', 'topic'],
      1,
      'labels belong to --objective supcon or to --probe',
    ],
    [
      'a batch larger than the texts',
      ['--texts', 'train.csv', '--batch-size', '121'],
      1,
      '--batch-size 121 for 120 samples',
    ],
    [
      'synonyms of no file',
      ['--texts', 'train.csv', '--change', 'replace'],
      1,
      '--change replace needs --synonyms, got none',
    ],
    [
      'a rate of dropout',
      ['--texts', 'train.csv', '--change', 'none', '--rate', '0.1'],
      2,
      '--rate belongs to --change drop, swap or replace',
    ],
    ['both lengths', ['--texts', 'train.csv', '--epochs', '1', '--steps', '1'], 2, 'give one'],
  ])('refuses %s', async (_, more, code, message) => {
    const got = await chiaro(training('refused', ...more))
    expect(got.notes.join('\n')).toContain(message)
    expect(got.code).toBe(code)
  })
})

describe('a trained run', () => {
  beforeAll(async () => {
    const { code, notes } = await chiaro(training('run', '--texts', 'train.csv', '--steps', '80'))
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
  })

  const evaluate = (...more: string[]) =>
    chiaro(['evaluate', at('run'), ...['--label-column', 'topic', ...more].map(given)])

  test('is probed by a column of classes beside the untrained encoder', async () => {
    const { code, result, lines } = await evaluate(
      ...['--texts', 'train.csv', '--test-texts', 'test.csv', '--baseline', 'untrained', '--neighbours', '9'],
    )
    expect(code).toBe(0)
    const {
      linear,
      knn,
      baselines,
      rows: counted,
      geometry,
    } = result as {
      linear: { accuracy: number }
      knn: { accuracy: number }
      baselines: Record<string, { linear: { accuracy: number } }>
      rows: unknown
      geometry: { effectiveRank: number }
    }
    expect(counted).toEqual({ train: count, test: count, shared: 0 })
    // 0.5 is chance, five standard errors of which are 0.23.
    expect(linear.accuracy).toBeGreaterThan(0.73)
    expect(knn.accuracy).toBeGreaterThan(0.73)
    expect(baselines.untrained.linear.accuracy).toBeGreaterThan(0.5)
    expect(geometry.effectiveRank).toBeGreaterThan(1)
    expect(lines.join('\n')).toContain('120 test sentences')
    const shared = await evaluate('--texts', 'train.csv', '--test-texts', 'train.csv', '--probe', 'knn')
    expect(shared.lines.join('\n')).toContain('every test sentence is among the training sentences too')
  })

  test.each([
    ['without test texts', ['--texts', 'train.csv'], 'a sentences run needs --test-texts'],
    [
      'beside pixels',
      ['--texts', 'train.csv', '--test-texts', 'test.csv', '--baseline', 'pixels'],
      'some of untrained for a run over sentences, got pixels',
    ],
    [
      'of lines',
      ['--texts', 'train.txt', '--test-texts', 'test.csv'],
      'labelColumn belongs to a file of columns',
    ],
  ])('refuses to be evaluated %s', async (_, more, message) => {
    const { code, notes } = await evaluate(...more)
    expect(notes.join('\n')).toContain(message)
    expect(code).not.toBe(0)
  })

  test('embeds sentences of a file or the command line, as unit rows with the text beside', async () => {
    const out = at('sentences.parquet')
    const { result } = await chiaro(['embed', at('run'), '--texts', at('test.txt'), '--out', out])
    expect(result).toMatchObject({ count, dimension: 16 })
    const { names, vectors } = await readEmbeddings(out)
    expect(names[1]).toBe(rows(2)[1][0])
    expect(Math.hypot(...vectors.subarray(0, 16))).toBeCloseTo(1, 5)
    const said = [
      'embed',
      at('run'),
      '--texts',
      at('test.jsonl'),
      '--text-column',
      'said',
      '--out',
      at('b.npy'),
    ]
    expect((await chiaro(said)).result).toMatchObject({ count })
    const two = ['embed', at('run'), '--text', 'a boat', 'a pan', '--out', at('c.npy')]
    expect((await chiaro(two)).result).toMatchObject({ count: 2 })
  })

  test('finds the sentences nearest to a text, of the training or of a file', async () => {
    const { result, lines } = await chiaro(['search', at('run'), '--text', rows(1)[4][0], '--top', '3'])
    const { found } = result as { found: { text: string; score: number }[] }
    expect(found[0]).toEqual({ text: rows(1)[4][0], score: expect.closeTo(1, 4) })
    expect(found).toHaveLength(3)
    expect(lines[0]).toBe(`1.000  ${rows(1)[4][0]}`)
    const other = await chiaro([
      'search',
      at('run'),
      '--text',
      'boat sail tide',
      '--texts',
      at('test.csv'),
      '--top',
      '9',
    ])
    const of = (other.result as { found: { text: string }[] }).found.map(({ text }) => text)
    const atSea = new Set(rows(2).flatMap(([text, topic]) => (topic === 'sea' ? [text] : [])))
    expect(of.filter(text => atSea.has(text)).length).toBeGreaterThanOrEqual(8)
  })

  test.each([
    [['search', 'RUN'], 'needs --text'],
    [['search', 'RUN', '--text', '…'], '--text must have a word that the run knows, got "…"'],
    [['search', 'RUN', '--text', 'a', '--row', '3'], 'searches sentences, by --text and --texts alone'],
    [['embed', 'RUN', '--out', 'x.npy'], '--text or --texts must be given'],
    [['embed', 'RUN', '--images', 'x', '--out', 'x.npy'], 'must be a run that embeds pictures'],
    [['embed', 'RUN', '--table', 'x', '--out', 'x.npy'], 'must be a run that embeds rows'],
  ])('refuses %j', async (args, message) => {
    const { code, notes } = await chiaro(args.map(arg => (arg === 'RUN' ? at('run') : arg)))
    expect(notes.join('\n')).toContain(message)
    expect(notes).toHaveLength(1)
    expect(code).not.toBe(0)
  })

  test('has a report with a map of its sentences, their classes and their neighbours', async () => {
    expect((await chiaro(['report', at('run'), '--pictures', '50'])).code).toBe(0)
    const html = await readFile(at('run/report.html'), 'utf8')
    expect(html).toContain('50 sentences along the two main components')
    expect(html).toContain('<td>– the ')
    expect((await chiaro(['report', at('supcon-whole')])).code).toBe(0)
    expect(await readFile(at('supcon-whole/report.html'), 'utf8')).toContain('Colours: their classes.')
  })
})
