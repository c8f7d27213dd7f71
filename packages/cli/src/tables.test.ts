import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readColumns, writeTable } from '@chiaro/data/node'
import { key, normalValues, uniformValues } from '@chiaro/random'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const path = (name: string) => join(folder, name)

/** Half the rows are 'a' about −2, half 'b' about 2, both of deviation 0.5; written category first. */
const centre = { a: -2, b: 2 }
const deviation = 0.5

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-tables-'))
  const lines = Array.from({ length: 1200 }, (_, i) => {
    const kind = i % 2 === 0 ? 'a' : 'b'
    const x = centre[kind] + deviation * normalValues(key(i), 1)[0]
    return `${kind},${x},${10 + 3 * uniformValues(key(10_000 + i), 1)[0]}`
  })
  await writeFile(path('rows.csv'), `${['kind,x,y', ...lines].join('\n')}\n`)
})

afterAll(() => rm(folder, { recursive: true }))

const training = (out: string, ...more: string[]) => [
  ...['train', 'ebm', '--table', path('rows.csv'), '--out', path(out), '--widths', '32,32'],
  ...['--batch-size', '128', '--learning-rate', '0.01', '--noise', 'gaussian', ...more],
]

describe('a table of two clusters', () => {
  beforeAll(async () => {
    const { code, notes } = await chiaro(training('run', '--steps', '400'))
    expect(notes.join('\n')).not.toContain('chiaro:')
    expect(code).toBe(0)
  })

  test('is learned to its entropy, with a log Z that two ways agree on', async () => {
    const report = JSON.parse(await readFile(path('run/report.json'), 'utf8'))
    // −∫ p log p: ½ for the kind, a Gaussian of deviation ½, a uniform of width 3.
    const entropy = Math.log(2) + Math.log(deviation * Math.sqrt(2 * Math.PI * Math.E)) + Math.log(3)
    const { mean, standardError } = report.logLikelihood
    expect(mean).toBeLessThan(-entropy + 3 * standardError)
    // The uniform's edges cost a smooth density a little.
    expect(mean).toBeGreaterThan(-entropy - 0.25 - 3 * standardError)
    expect(mean).toBeGreaterThan(report.noiseLogLikelihood.mean + 0.4)
    expect(report.logPartition.independent.standardError).toBeLessThan(0.02)
    expect(Math.abs(report.logPartition.comparison.difference)).toBeLessThan(0.1)
    expect(report.adequacy.advice.length).toBeGreaterThan(0)
  })

  test('scores new rows: what never happens together ranks first', async () => {
    await writeFile(
      path('new.csv'),
      'y,kind,x,note\n11,a,-2,usual\n11,a,2,wrong side\n11,b,2,usual\n30,b,2,far\n',
    )
    const { code, result } = await chiaro([
      ...['score', path('run'), '--table', path('new.csv'), '--out', path('scores.csv'), '--json'],
    ])
    expect(code).toBe(0)
    expect(result).toMatchObject({ rows: 4 })
    const { columns } = await readColumns(path('scores.csv'))
    const [row, logDensity, rank] = columns.map(({ values }) => Array.from(values as Float64Array))
    expect(columns.map(({ name }) => name)).toEqual(['row', 'log_density', 'anomaly_rank'])
    // Lines of the file, as an editor counts.
    expect(row).toEqual([2, 3, 4, 5])
    expect(rank.slice(1, 2).concat(rank[3]).sort()).toEqual([1, 2])
    expect([rank[0], rank[2]].sort()).toEqual([3, 4])
    const expected = Math.log(0.5) - Math.log(deviation * Math.sqrt(2 * Math.PI)) - Math.log(3)
    for (const at of [0, 2]) expect(Math.abs(logDensity[at] - expected)).toBeLessThan(0.5)
    expect(logDensity[1]).toBeLessThan(expected - 3)
  })

  test('is drawn from again, in its own columns and units', async () => {
    const out = path('drawn.parquet')
    const { code, result } = await chiaro(['sample', path('run'), '-n', '1000', '--out', out, '--json'])
    expect(code).toBe(0)
    expect(result.rows).toBe(1000)
    const { columns, rowCount } = await readColumns(out)
    expect([rowCount, columns.map(({ name }) => name)]).toEqual([1000, ['kind', 'x', 'y']])
    const [kind, x, y] = columns.map(({ values }) => values)
    const share = (of: ArrayLike<unknown>, holds: (i: number) => boolean) =>
      Array.from(of, (_, i) => (holds(i) ? 1 : 0)).reduce<number>((sum, one) => sum + one, 0) / of.length
    // Binomial: three standard errors of 1000 draws are .05; the model's own error comes on top.
    expect(Math.abs(share(kind, i => kind[i] === 'a') - 0.5)).toBeLessThan(0.1)
    expect(share(x, i => Number(x[i]) < 0 === (kind[i] === 'a'))).toBeGreaterThan(0.97)
    expect(share(y, i => Number(y[i]) > 9.5 && Number(y[i]) < 13.5)).toBeGreaterThan(0.95)
    const again = await chiaro(['sample', path('run'), '-n', '1000', '--out', path('again.parquet')])
    expect(again.code).toBe(0)
    expect((await readFile(path('again.parquet'))).equals(await readFile(out))).toBe(true)
  })
})

test('resume goes on to the bits of an unbroken run', async () => {
  const more = ['--steps', '60', '--validate-every', '20', '--checkpoint-every', '20', '--seed', '7']
  const jittered = [...more, '--jitter', '0.1', '--noise', 'mixture']
  expect((await chiaro(training('whole', ...jittered))).code).toBe(0)
  const controller = new AbortController()
  const broken = chiaro(training('broken', ...jittered), controller.signal)
  const log = path('broken/log.jsonl')
  while ((await readFile(log, 'utf8').catch(() => '')).split('\n').length < 25) {
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  controller.abort(new Error('interrupted'))
  expect((await broken).code).toBe(130)
  expect((await chiaro(['resume', path('broken')])).code).toBe(0)
  const weights = (run: string) => readFile(path(`${run}/checkpoints/60/model.safetensors`))
  expect((await weights('broken')).equals(await weights('whole'))).toBe(true)
  expect(await readFile(log, 'utf8')).toBe(await readFile(path('whole/log.jsonl'), 'utf8'))
  const report = async (run: string) => JSON.parse(await readFile(path(`${run}/report.json`), 'utf8'))
  expect((await report('broken')).logLikelihood).toEqual((await report('whole')).logLikelihood)
})

test.each(['diagonal', 'student-t', 'uniform'])('trains against %s noise', async noise => {
  const { code, result } = await chiaro(training(`by-${noise}`, '--steps', '20', '--noise', noise, '--json'))
  expect(code).toBe(0)
  expect(Number.isFinite((result.logLikelihood as { mean: number }).mean)).toBe(true)
})

test('missing cells are an error with row and column, unless imputed', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i === 7 ? '' : i % 9},${i % 3}`)
  await writeFile(path('gaps.csv'), `x,y\n${rows.join('\n')}\n`)
  const gaps = (out: string, ...more: string[]) =>
    chiaro(['train', 'ebm', '--table', path('gaps.csv'), '--out', path(out), '--steps', '5', ...more])
  const refused = await gaps('refused', '--noise', 'diagonal')
  expect(refused.code).toBe(1)
  expect(refused.notes.at(-1)).toMatch(/gaps\.csv, row 9.*x/)
  const imputed = await gaps('imputed', '--noise', 'diagonal', '--impute')
  expect(imputed.code).toBe(0)
  expect(imputed.notes.join('\n')).toMatch(/1 missing cells/)
})

test('bad tables and runs are one clear line', async () => {
  await writeTable(path('short.csv'), {
    rowCount: 3,
    columns: [{ name: 'x', kind: 'numeric', values: Float64Array.of(1, 2, 3) }],
  })
  const short = await chiaro(['train', 'ebm', '--table', path('short.csv'), '--out', path('short')])
  expect([short.code, short.notes]).toEqual([1, [expect.stringMatching(/must have at least 20 rows, got 3/)]])
  const nowhere = await chiaro(['score', path('none'), '--table', path('rows.csv'), '--out', path('s.csv')])
  expect([nowhere.code, nowhere.notes.length]).toEqual([1, 1])
  expect((await chiaro(training('never', '--noise', 'pink'))).code).toBe(2)
})

test('a table written in Germany is refused by its cell, then read by flags, and scored as it was read', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i};1.0${10 + (i % 40)},5;${i % 3 ? 'NA' : 'ja'};7`)
  await writeFile(path('deutsch.csv'), `;Wert;Gasse;fest\n${rows.join('\n')}\n`)
  const train = (...more: string[]) =>
    chiaro([
      ...['train', 'density', '--table', path('deutsch.csv'), '--out', path('deutsch'), '--steps', '5'],
      ...['--noise', 'diagonal', ...more],
    ])
  const last = async (...more: string[]) => {
    const { code, notes } = await train(...more)
    expect([code, notes.length]).toEqual([1, 1])
    return notes[0]
  }
  expect(await last()).toContain('got a header with ";" (say --delimiter \';\')')
  expect(await last('--delimiter', ';')).toContain('row 2: Wert must be a number written as 1234.5 is')
  const german = ['--delimiter', ';', '--decimal', ',', '--thousands', '.', '--verbatim', 'Gasse']
  const { code, notes } = await train(...german)
  expect(code).toBe(0)
  expect(notes.slice(0, 4)).toEqual([
    'Wert   numbers 1010.5 … 1049.5; standardised',
    'Gasse  2 categories NA, ja; one-hot',
    'fest   numbers 7 … 7; one value, kept out of the model',
    '""     left out: it has no name, as an index (--columns takes it in)',
  ])
  await writeFile(path('neu.csv'), 'Wert;Gasse\n1.020,5;NA\n')
  const scored = ['score', path('deutsch'), '--out', path('noten.csv'), '--table']
  expect((await chiaro([...scored, path('neu.csv')])).code).toBe(0)
  await writeFile(path('new-ways.csv'), 'Wert,Gasse\n1020.5,NA\n')
  const flags = ['--delimiter', ',', '--decimal', '.', '--thousands', ',']
  expect((await chiaro([...scored, path('new-ways.csv'), ...flags])).code).toBe(0)
})
