/**
 * Anomalies by density: `chiaro train ebm` on half of a table's normal rows, then `chiaro score` on the other half and
 * all labelled anomalies, beside a Gaussian, a kernel density and an isolation forest. The table's last column is the
 * label, 1 for an anomaly.
 *
 * node tooling/experiments/anomaly.mjs <mammography.csv> [seeds]
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { useBackend } from '@chiaro/backend'
import { readColumns, writeTable } from '@chiaro/data/node'
import { aurocWithInterval } from '@chiaro/evaluate'
import { fitGaussianNoise, fitKernelDensityNoise } from '@chiaro/noise'
import { key, permutation, uniformValues } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import { isolationForest } from './anomaly/isolation-forest.mjs'

const [file, seedCount = '3'] = process.argv.slice(2)
if (file === undefined) throw new Error('usage: node tooling/experiments/anomaly.mjs <table.csv> [seeds]')
const seeds = Array.from({ length: Number(seedCount) }, (_, seed) => seed)
await useBackend('wasm')

const table = readFileSync(file, 'utf8')
  .trim()
  .split(/\r?\n/)
  .map(line => line.split(',').map(cell => cell.replaceAll("'", '')))
const rows = table.map(line => line.slice(0, -1).map(Number))
const anomalies = rows.filter((_, i) => Number(table[i].at(-1)) === 1)
const normals = rows.filter((_, i) => Number(table[i].at(-1)) !== 1)
const shuffled = Array.from(permutation(key(1), normals.length), i => normals[i])
const training = shuffled.slice(0, Math.floor(normals.length / 2))
const test = [...shuffled.slice(training.length), ...anomalies]
const labels = test.map((_, i) => (i >= test.length - anomalies.length ? 1 : 0))

const width = rows[0].length
const means = columnwise(values => values.reduce((sum, value) => sum + value, 0) / values.length)
const deviations = columnwise((values, j) =>
  Math.sqrt(values.reduce((sum, value) => sum + (value - means[j]) ** 2, 0) / values.length),
)
function columnwise(f) {
  return Array.from({ length: width }, (_, j) =>
    f(
      training.map(row => row[j]),
      j,
    ),
  )
}
const standardised = of => of.map(row => row.map((value, j) => (value - means[j]) / deviations[j]))

const folder = mkdtempSync(join(tmpdir(), 'anomaly-'))
const write = (name, of) => {
  const column = j => ({ name: `x${j + 1}`, kind: 'numeric', values: Float64Array.from(of, row => row[j]) })
  return writeTable(join(folder, name), {
    rowCount: of.length,
    columns: Array.from({ length: width }, (_, j) => column(j)),
  })
}
await write('training.csv', training)
await write('test.csv', test)

console.log(
  `${training.length} normal rows to learn from; ${test.length - anomalies.length} normal rows and ` +
    `${anomalies.length} anomalies to tell apart\n`,
)
console.log('| scores by | AUROC, by seed | 95 % bootstrap interval (first seed) |\n|---|---|---|')
await report('Gaussian', [await byNoise(x => fitGaussianNoise(x))])
await report('kernel density (Scott)', [await byNoise(x => fitKernelDensityNoise(x))])
await report('isolation forest (100 trees of 256)', seeds.map(forest))
for (const [name, flags] of [
  ['chiaro train ebm (defaults)', []],
  ['… --noise diagonal --noise-scale 2', ['--noise', 'diagonal', '--noise-scale', '2']],
  [
    '… --noise diagonal --noise-scale 2 --jitter 0.1',
    ['--noise', 'diagonal', '--noise-scale', '2', '--jitter', '0.1'],
  ],
  ['… --noise gaussian --noise-scale 1.5', ['--noise', 'gaussian', '--noise-scale', '1.5']],
]) {
  const scores = []
  for (const seed of seeds) scores.push(await byChiaro(flags, seed))
  await report(name, scores)
}
rmSync(folder, { recursive: true })

/** Larger scores are more anomalous. */
async function report(name, all) {
  const intervals = []
  for (const scores of all) intervals.push(await aurocWithInterval(scores, labels, { key: key(2) }))
  const values = intervals.map(({ value }) => value.toFixed(4)).join(', ')
  const { low, high } = intervals[0]
  console.log(`| ${name} | ${values} | ${low.toFixed(3)} … ${high.toFixed(3)} |`)
}

async function byNoise(fit) {
  const x = tf.tensor2d(standardised(training))
  const noise = await fit(x)
  const parts = []
  const asked = standardised(test)
  for (let from = 0; from < asked.length; from += 500) {
    const part = tf.tidy(() => tf.neg(noise.logProb(tf.tensor2d(asked.slice(from, from + 500)))))
    parts.push(...(await part.data()))
    part.dispose()
  }
  x.dispose()
  return parts
}

function forest(seed) {
  const numbers = uniformValues(key(100 + seed), 2_000_000)
  let at = 0
  const score = isolationForest(standardised(training), () => numbers[at++])
  return standardised(test).map(score)
}

async function byChiaro(flags, seed) {
  const run = join(folder, `run-${seed}-${flags.join('')}`)
  const common = ['--seed', String(seed)]
  chiaro('train', 'ebm', '--table', join(folder, 'training.csv'), '--out', run, ...flags, ...common)
  const out = join(folder, 'scores.csv')
  chiaro('score', run, '--table', join(folder, 'test.csv'), '--out', out)
  const { columns } = await readColumns(out)
  return columns.find(({ name }) => name === 'log_density').values.map(value => -value)
}

function chiaro(...args) {
  const bin = fileURLToPath(new URL('../../packages/cli/bin/chiaro.js', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`chiaro ${args.join(' ')} exited ${status}: ${stderr}`)
}
