import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readEmbeddings } from '@chiaro/data/node'
import { key, normalValues } from '@chiaro/random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const at = (...path: string[]) => join(folder, ...path)
const count = 160

/** Two classes about −1 and 1 in x and y, a kind that mostly follows, and z that says nothing. */
function rows(seed: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const [x, y, z, k] = normalValues(key(1000 * seed + i), 4)
    const side = i % 2 === 0 ? -1 : 1
    return `${side + 0.5 * x},${side + 0.5 * y},${k + side > 0 ? 'p' : 'q'},${z},${side < 0 ? 'low' : 'high'}`
  })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-scarf-'))
  for (const [name, seed] of [
    ['train', 1],
    ['test', 2],
  ] as const) {
    await writeFile(at(`${name}.csv`), `${['x,y,kind,z,class', ...rows(seed)].join('\n')}\n`)
  }
})
afterAll(() => rm(folder, { recursive: true }))

const training = (out: string, ...more: string[]) => [
  ...['train', 'scarf', '--table', at('train.csv'), '--columns', 'x,y,kind,z', '--out', at(out)],
  ...['--widths', '16,16', '--head-hidden', '16', '--head-output', '8', '--batch-size', '32', '--seed', '1'],
  ...more,
]

const weights = (run: string, step: number) =>
  Promise.all(
    ['model.safetensors', 'optimizer.safetensors', 'state.json'].map(name =>
      readFile(at(run, 'checkpoints', String(step), name)),
    ),
  )

describe('train scarf', () => {
  test.each([
    ['nt-xent', '--views', '3'],
    ['moco', '--queue', '40', '--change', 'mask'],
    ['vicreg', '--change', 'jitter', '--change-all'],
    ['supcon', '--label-column', 'class'],
  ])('resumes %s to the bit', async (objective, ...told) => {
    const options = ['--objective', objective, '--steps', '6', '--checkpoint-every', '2', ...told]
    const [whole, broken] = [`${objective}-whole`, `${objective}-broken`]
    expect((await chiaro(training(whole, ...options))).code).toBe(0)
    const controller = new AbortController()
    const stopped = chiaro(training(broken, ...options), controller.signal)
    const log = at(broken, 'log.jsonl')
    while (!(await readFile(log, 'utf8').catch(() => '')).includes('"step":3,')) {
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    controller.abort(new Error('interrupted'))
    expect((await stopped).code).toBe(130)
    expect((await chiaro(['resume', at(broken)])).code).toBe(0)
    expect(await weights(broken, 6)).toEqual(await weights(whole, 6))
  })

  test.each([
    ['classes without labels', ['--objective', 'supcon'], 1, 'objective supcon learns from labels, got none'],
    [
      'labels that nothing asks',
      ['--label-column', 'class'],
      1,
      'labels belong to --objective supcon or to --probe',
    ],
    ['a probe without labels', ['--probe'], 1, '--probe asks for labels, got none'],
    [
      'labels among what is modelled',
      ['--label-column', 'z', '--probe'],
      1,
      '--label-column must be none of the --columns to model, got z',
    ],
    ['labels of no column', ['--label-column', 'w', '--probe'], 1, 'w'],
    [
      'a rate of noise',
      ['--change', 'jitter', '--rate', '0.5'],
      2,
      '--rate belongs to --change corrupt or mask',
    ],
    ['a batch larger than the table', ['--batch-size', '161'], 1, '--batch-size 161 for 160 samples'],
    ['both lengths', ['--epochs', '1', '--steps', '1'], 2, 'give one'],
  ])('refuses %s', async (_, more, code, message) => {
    const got = await chiaro(training('refused', ...more))
    expect(got.notes.join('\n')).toContain(message)
    expect(got.code).toBe(code)
  })

  test('keeps the checkpoint that the probe finds best, and learns nothing from the classes', async () => {
    const options = ['--steps', '9', '--watch-every', '2', '--checkpoint-every', '3']
    const classes = ['--probe', '--label-column', 'class']
    const { code, result } = await chiaro(training('probed', ...options, ...classes))
    expect(code).toBe(0)
    const lines = (await readFile(at('probed/log.jsonl'), 'utf8')).trim().split('\n')
    const found = lines.map(line => JSON.parse(line)).filter(({ probe }) => probe !== undefined)
    expect(found.map(({ step }) => step)).toEqual([2, 4, 6, 8, 9])
    const most = Math.max(...found.map(({ probe }) => probe))
    expect(result.bestStep).toBe(found.find(({ probe }) => probe === most).step)
    await chiaro(training('unprobed', ...options))
    expect((await weights('probed', 9))[0]).toEqual((await weights('unprobed', 9))[0])
    await rm(at('probed/checkpoints/9'), { recursive: true })
    expect((await chiaro(['resume', at('probed')])).code).toBe(0)
    expect((await readFile(at('probed/log.jsonl'), 'utf8')).trim().split('\n')).toEqual(lines)
  })

  test('a table whose columns are not named models all but the classes', async () => {
    const args = [
      'train',
      'scarf',
      '--table',
      at('train.csv'),
      '--out',
      at('all'),
      '--widths',
      '8',
      '--steps',
      '2',
    ]
    const { code, notes } = await chiaro([
      ...args,
      '--batch-size',
      '16',
      '--probe',
      '--label-column',
      'class',
    ])
    expect([code, notes.filter(note => note.startsWith('chiaro:'))]).toEqual([0, []])
    const { config, data } = JSON.parse(await readFile(at('all/run.json'), 'utf8'))
    expect(config.encoding.columns.map(({ name }: { name: string }) => name)).toEqual(['x', 'y', 'kind', 'z'])
    expect(data).toMatchObject({ rows: count, labels: expect.any(String) })
    const density = [
      'train',
      'density',
      '--table',
      at('train.csv'),
      '--out',
      at('none'),
      '--label-column',
      'class',
    ]
    const refused = await chiaro(density)
    expect([refused.code, refused.notes.join('\n')]).toEqual([
      1,
      expect.stringContaining('no --objective of a density learns from labels, got some'),
    ])
  })
})

describe('a trained run', () => {
  beforeAll(async () => {
    const { code, notes } = await chiaro(training('run', '--steps', '60'))
    expect(notes.filter(note => note.startsWith('chiaro:'))).toEqual([])
    expect(code).toBe(0)
  })

  const probing = ['--table', 'train.csv', '--test-table', 'test.csv', '--label-column', 'class']
  const evaluate = (...more: string[]) =>
    chiaro([
      'evaluate',
      at('run'),
      ...[...probing, ...more].map(arg => (arg.endsWith('.csv') ? at(arg) : arg)),
    ])

  test('is probed by a column of classes beside raw columns and the untrained encoder', async () => {
    const { code, result, lines } = await evaluate('--baseline', 'untrained,columns')
    expect(code).toBe(0)
    const {
      linear,
      baselines,
      rows: counted,
      geometry,
    } = result as {
      linear: { accuracy: number }
      baselines: Record<string, { linear: { accuracy: number } }>
      rows: unknown
      geometry: { effectiveRank: number }
    }
    expect(counted).toEqual({ train: count, test: count, shared: 0 })
    // Bayes's error of x + y is 0.23 %; 0.9 is five standard errors below what 0.977 gives.
    expect(linear.accuracy).toBeGreaterThan(0.9)
    expect(Object.keys(baselines)).toEqual(['untrained', 'columns'])
    expect(baselines.columns.linear.accuracy).toBeGreaterThan(0.9)
    expect(geometry.effectiveRank).toBeGreaterThan(1)
    expect(lines.join('\n')).toContain('160 test rows')
    expect((await evaluate('--test-table', 'train.csv', '--probe', 'knn')).lines.join('\n')).toContain(
      'every test row is among the training rows too',
    )
  })

  test.each([
    ['without classes', ['--label-column', 'x'], 'one that the run has not learned from, got x'],
    ['with pixels', ['--baseline', 'pixels'], 'some of untrained, columns for a run over rows, got pixels'],
  ])('refuses to be evaluated %s', async (_, more, message) => {
    const { code, notes } = await evaluate(...more)
    expect([code, notes.join('\n')]).toEqual([1, expect.stringContaining(message)])
  })

  test('says which flags an evaluation lacks', async () => {
    const { code, notes } = await chiaro(['evaluate', at('run'), '--table', at('train.csv')])
    expect([code, notes.join('\n')]).toEqual([
      1,
      expect.stringContaining('needs --test-table and --label-column'),
    ])
  })

  test('embeds rows by their lines, and finds the nearest to one', async () => {
    const out = at('rows.parquet')
    const embedded = await chiaro(['embed', at('run'), '--table', at('test.csv'), '--out', out])
    expect(embedded.result).toMatchObject({ count, dimension: 16 })
    const { names } = await readEmbeddings(out)
    expect([names[0], names[count - 1]]).toEqual(['2', String(count + 1)])
    const { result } = await chiaro(['search', at('run'), '--row', '5', '--top', '9'])
    const { found } = result as { found: { row: number; score: number }[] }
    expect(found[0]).toEqual({ row: 5, score: expect.closeTo(1, 4) })
    expect(found).toHaveLength(9)
    for (const args of [
      ['search', at('run'), '--row', '900'],
      ['embed', at('run'), '--images', 'x', '--out', out],
      ['embed', at('run'), '--out', out],
      ['search', at('run')],
      ['search', at('run'), '--row', '5', '--text', 'x'],
    ]) {
      const { code, notes } = await chiaro(args)
      expect(code).not.toBe(0)
      expect(notes).toHaveLength(1)
    }
  })

  test('finds none nearest among rows that are all alike', async () => {
    const [header, row] = ['x,y,kind,z', '0.5,0.5,p,1']
    await writeFile(at('alike.csv'), `${[header, row, row, row].join('\n')}\n`)
    const search = ['search', at('run'), '--table', at('alike.csv'), '--row', '2']
    const { code, result, lines } = await chiaro(search)
    expect(code).toBe(0)
    expect(result).toMatchObject({ found: [], alike: { rows: 3 } })
    expect(lines.join()).toContain('nothing is nearest: all 3 rows have the similarity 1.000')
  })

  test('has a report with a map of its rows', async () => {
    expect((await chiaro(['report', at('run'), '--pictures', '50'])).code).toBe(0)
    const html = await readFile(at('run/report.html'), 'utf8')
    expect(html).toContain('50 rows along the two main components')
    expect(html).toContain('effectiveRank')
  })
})
