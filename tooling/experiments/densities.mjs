/**
 * Every objective of a density on five densities of the plane and on tables of numbers: node tooling/experiments/densities.mjs
 * [--objectives cd,pcd] [--sets moons,rings] [--steps 4000] [--rows 100000] [--tables one.npz,other.csv] [--threads 2]
 * [--batch-size 512] [--widths 128,128,128] [--chain-steps 10] [--out densities/results.json] (after npm run build). The task `density` as a program calls it: a
 * network tilts the noise. KL to the truth is the mean negative log-likelihood of fresh draws, with log Z summed on a
 * grid, less the set's entropy; a table's figure is the report's held-out log-likelihood, in nats a row.
 *
 * Every finished cell is kept in the results file, so that a second call goes on where the first one stopped.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { useBackend } from '@chiaro/backend'
import { key as keyOf, split } from '@chiaro/random'
import { density, describeSettings } from '@chiaro/tasks'
import { onGrid } from './densities/grid.mjs'
import { readNumbers } from './densities/read-numbers.mjs'
import { densitySets } from './density-sets.mjs'

const option = (name, fallback) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? fallback : process.argv[at + 1]
}
const list = (name, all) => option(name, all.join(',')).split(',').filter(Boolean)
const described = describeSettings(density.settings)
const { names } = described.find(({ name }) => name === 'objective')
const objectives = list('--objectives', names)
const sets = list('--sets', Object.keys(densitySets))
const tables = await Promise.all(list('--tables', []).map(readNumbers))
const rowCount = Number(option('--rows', '100000'))
const chainSteps = Number(option('--chain-steps', '10'))
const out = option('--out', new URL('densities/results.json', import.meta.url))
const told = {
  steps: Number(option('--steps', '4000')),
  batchSize: Number(option('--batch-size', '512')),
  widths: option('--widths', '128,128,128').split(',').map(Number),
  learningRate: 3e-3,
  warmupSteps: 100,
  weightDecay: 0,
  validateEvery: 500,
}
/** The noise of the plane: one Gaussian, so that the network has all to learn. */
const ofPlane = { noise: 'diagonal', noiseScale: 1.3, heldOutShare: 0.05 }

const { chosen } = await useBackend('auto', { threads: Number(option('--threads', '2')) })
const settings = { ...told, chainSteps, rowCount, backend: chosen }
const kept = existsSync(out)
  ? JSON.parse(readFileSync(out, 'utf8'))
  : { settings, node: process.version, processor: cpus()[0].model, cells: {} }
if (JSON.stringify(kept.settings) !== JSON.stringify(settings))
  throw new Error(`${out} is of other settings: give --out another name`)

// Set by set, so that what is done at any time can be compared.
for (const name of sets)
  for (const objective of objectives) await cell(objective, name, () => learnSet(objective, name))
for (const table of tables)
  for (const objective of objectives) await cell(objective, table.name, () => learnTable(objective, table))

console.log(
  `backend ${chosen}; ${told.steps} steps of ${told.batchSize} rows, chains of ${chainSteps} steps\n`,
)
print(
  sets,
  name => `${name}, KL`,
  ({ kl }) => kl,
)
print(
  tables.map(({ name }) => name),
  name => name,
  ({ logLikelihood }) => logLikelihood,
)

/** What an objective came to on its own is part of the table. */
async function cell(objective, name, learn) {
  const title = `${name}/${objective}`
  if (kept.cells[title] !== undefined) return
  try {
    kept.cells[title] = await learn()
  } catch (error) {
    kept.cells[title] = { none: error.message }
  }
  writeFileSync(out, `${JSON.stringify(kept, null, 1)}\n`)
  console.error(`${title}: ${JSON.stringify(kept.cells[title])}`)
}

async function learnSet(objective, name) {
  const { draw, entropy } = densitySets[name]
  const [ofRows, ofTest] = split(keyOf(1), 2)
  const rows = { values: draw(ofRows, rowCount), width: 2, names: ['x', 'y'] }
  const model = await train(objective, { rows, ...told, ...ofPlane })
  const { nll, standardError } = await onGrid(model, draw(ofTest, 50_000))
  const { seconds } = model.outcome
  model.dispose()
  return { kl: [nll - entropy, standardError], seconds }
}

async function learnTable(objective, { values, width, count }) {
  const rows = { values, width }
  const model = await train(objective, { rows, ...told, batchSize: Math.min(told.batchSize, count >> 1) })
  const { logLikelihood, logPartition } = model.report
  const { seconds } = model.outcome
  model.dispose()
  if (logLikelihood === undefined) return { none: logPartition.doubt, seconds }
  return { logLikelihood: [logLikelihood.mean, logLikelihood.standardError], seconds }
}

/** By one key; only what runs chains is told how long they are. */
function train(objective, options) {
  const { of } = described.find(({ name }) => name === 'chainSteps')
  const chains = of.objective.includes(objective) && { chainSteps }
  return density.train({ ...options, objective, ...chains, key: keyOf(2) })
}

function print(columns, headOf, figureOf) {
  if (columns.length === 0) return
  const line = cells => console.log(`| ${cells.join(' | ')} |`)
  line(['objective', ...columns.map(headOf), 'seconds'])
  line(['---', '---', ...columns.map(() => '---')])
  for (const objective of objectives) {
    const cells = columns.map(name => kept.cells[`${name}/${objective}`])
    const figures = cells.map(found =>
      figureOf(found)
        ? figureOf(found)
            .map(x => x.toFixed(3))
            .join(' ± ')
        : `none: ${found.none}`,
    )
    line([objective, ...figures, cells.map(({ seconds }) => (seconds ?? Number.NaN).toFixed(0)).join(', ')])
  }
  console.log('')
}
