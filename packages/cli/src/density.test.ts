import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readColumns } from '@chiaro/data/node'
import { key, normalValues, uniformValues } from '@chiaro/random'
import { readLog } from '@chiaro/train/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chiaro } from './run-in-test.ts'

let folder: string
const path = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-density-'))
  const z = normalValues(key(1), 1200)
  const points = Array.from({ length: 600 }, (_, i) => `${z[2 * i]},${10 + z[2 * i] + 0.5 * z[2 * i + 1]}`)
  await writeFile(path('points.csv'), `${['x,y', ...points].join('\n')}\n`)
  // Two answers that agree in four of five rows, and one by itself.
  const u = uniformValues(key(2), 9000)
  const answers = Array.from({ length: 3000 }, (_, i) => {
    const first = u[3 * i] < 0.5
    const second = u[3 * i + 1] < 0.8 ? first : !first
    return [first, second, u[3 * i + 2] < 0.3].map(yes => (yes ? 'yes' : 'no')).join()
  })
  await writeFile(path('answers.csv'), `${['a,b,c', ...answers].join('\n')}\n`)
})

afterAll(() => rm(folder, { recursive: true }))

const training = (out: string, table: string, ...more: string[]) => [
  ...['train', 'density', '--table', path(table), '--out', path(out), '--batch-size', '64', ...more],
]
const reportOf = async (run: string) => JSON.parse(await readFile(path(`${run}/report.json`), 'utf8'))

describe('a Gaussian by contrastive divergence', () => {
  beforeAll(async () => {
    const told = ['--objective', 'cd', '--energy', 'gaussian', '--steps', '200', '--noise', 'gaussian']
    const { code, lines } = await chiaro(training('cd', 'points.csv', ...told))
    expect(code).toBe(0)
    expect(lines.join('\n')).toMatch(
      /with log Z in closed form\nlog Z is .* in closed form, .* by importance/,
    )
    expect(lines.join('\n')).toMatch(
      /32 chains of 500 steps by the model: \d+ % of proposals accepted, R̂ 1\.0/,
    )
  })

  test('is as likely as it can be, and its chains mix', async () => {
    const { logLikelihood, logPartition, chains } = await reportOf('cd')
    // 1 + log 2π + ½ log det Σ, and det Σ = 1·0.5².
    const entropy = 1 + Math.log(2 * Math.PI) + Math.log(0.5)
    const { mean, standardError } = logLikelihood
    expect(Math.abs(mean + entropy)).toBeLessThan(0.1 + 3 * standardError)
    expect(logPartition.learned).toBeUndefined()
    expect(Math.abs(logPartition.exact - logPartition.importance.logPartition)).toBeLessThan(
      4 * logPartition.importance.standardError,
    )
    expect(chains.rHat).toBeLessThan(1.05)
    expect(chains.effectiveSampleSize).toBeGreaterThan(400)
  })

  test('logs what its chains do', async () => {
    const log = await readLog(path('cd'))
    for (const { metrics } of log) {
      const { chainAcceptance, stepSize } = metrics as Readonly<Record<string, number>>
      expect(chainAcceptance).toBeGreaterThan(0.3)
      expect(stepSize).toBeGreaterThan(0)
    }
    const validated = log.filter(({ rankingLoss }) => rankingLoss !== undefined)
    expect(validated.map(({ step }) => step)).toEqual([100, 200])
    for (const { acceptance, rHat, effectiveSampleSize } of validated) {
      for (const value of [acceptance, rHat, effectiveSampleSize]) expect(Number.isFinite(value)).toBe(true)
    }
  })

  test('scores and samples like any other', async () => {
    const scored = ['score', path('cd'), '--table', path('points.csv'), '--out', path('scores.csv')]
    expect((await chiaro(scored)).code).toBe(0)
    const out = path('drawn.csv')
    expect((await chiaro(['sample', path('cd'), '-n', '2000', '--out', out])).code).toBe(0)
    const { columns } = await readColumns(out)
    const [x, y] = columns.map(({ values }) => Array.from(values as Float64Array))
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    // Four standard errors of 480 rows that were learned from, whose own mean it has.
    expect(Math.abs(mean(x))).toBeLessThan(0.2)
    expect(Math.abs(mean(y) - 10)).toBeLessThan(0.25)
    expect((await chiaro(['report', path('cd')])).code).toBe(0)
  })
})

test.each(['cd', 'pcd', 'binary-nce'])('answers by %s of a Boltzmann machine', async objective => {
  const out = `answers-${objective}`
  const told = ['--energy', 'boltzmann', '--hidden', '3', '--learning-rate', '0.05']
  const few = objective === 'binary-nce' ? ['--steps', '1500'] : ['--steps', '500', '--chain-steps', '3']
  const { code, lines } = await chiaro(
    training(out, 'answers.csv', '--objective', objective, ...told, ...few),
  )
  expect(code).toBe(0)
  const { logLikelihood, noiseLogLikelihood } = await reportOf(out)
  const coin = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)
  const entropy = Math.LN2 + coin(0.8) + coin(0.3)
  expect(Math.abs(logLikelihood.mean + entropy)).toBeLessThan(0.1 + 3 * logLikelihood.standardError)
  // What the noise of independent columns lacks: log 2 less the coin's .8, whose log ratio has a deviation of .55.
  const gain = logLikelihood.mean - noiseLogLikelihood.mean
  expect(Math.abs(gain - (Math.LN2 - coin(0.8)))).toBeLessThan((4 * 0.55) / Math.sqrt(300))
  if (objective !== 'binary-nce') expect(lines.join('\n')).toMatch(/by the model: R̂ 1\.0/)
  const drawn = path(`${objective}.csv`)
  expect((await chiaro(['sample', path(out), '-n', '500', '--out', drawn])).code).toBe(0)
  const { columns } = await readColumns(drawn)
  const [a, b] = columns.map(({ values }) => values)
  const agree = Array.from(a.keys()).filter(row => a[row] === b[row]).length
  // Four standard errors of 500 draws are .07; what 2400 rows taught comes on top.
  expect(Math.abs(agree / 500 - 0.8)).toBeLessThan(0.12)
})

test('what does not belong to an objective or an energy is refused in one sentence', async () => {
  const refused = async (...more: string[]) => {
    const { code, notes } = await chiaro(training('never', 'points.csv', '--steps', '2', ...more))
    expect([code === 0, notes.length]).toEqual([false, 1])
    return notes[0]
  }
  expect(await refused('--bridges', '4')).toContain(
    '--bridges belongs to --objective telescoping, got binary-nce',
  )
  expect(await refused('--objective', 'cd', '--noise-ratio', '4')).toContain('--noise-ratio belongs to')
  expect(await refused('--energy', 'gaussian', '--widths', '8')).toContain(
    '--widths belongs to --energy tilt or network, got gaussian',
  )
  expect(await refused('--energy', 'boltzmann')).toContain('needs columns of two categories each')
  expect(await refused('--objective', 'sliced', '--energy', 'ica')).toContain('needs second derivatives')
  expect(await refused('--objective', 'cd', '--noise', 'uniform')).toContain('--noise uniform does not serve')
})

test('help says what belongs to what', async () => {
  const { lines } = await chiaro(['train', 'density', '--help'])
  const help = lines.join('\n').replace(/\s+/g, ' ')
  expect(help).toContain(
    'steps from the data to the noise, a network each (objective telescoping; default: 4)',
  )
  expect(help).toContain('of the chains at first, in deviations of the column; it adapts (objective cd, pcd;')
})
