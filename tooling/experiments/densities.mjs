/**
 * Every objective of a density on five densities of the plane and on tables of numbers: node tooling/experiments/densities.mjs
 * [--objectives cd,pcd] [--sets moons,rings] [--steps 4000] [--rows 100000] [--tables one.npz,other.csv] (after npm run
 * build). The task `density` as a program calls it: a network tilts the noise. KL to the truth is the mean negative
 * log-likelihood of fresh draws, with log Z summed on a grid, less the set's entropy; a table's figure is the report's
 * held-out log-likelihood, in nats a row.
 */
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
const { names } = describeSettings(density.settings).find(({ name }) => name === 'objective')
const objectives = list('--objectives', names)
const sets = list('--sets', Object.keys(densitySets))
const tables = list('--tables', [])
const steps = Number(option('--steps', '4000'))
const rowCount = Number(option('--rows', '100000'))
const told = {
  steps,
  batchSize: 512,
  learningRate: 3e-3,
  warmupSteps: 100,
  weightDecay: 0,
  validateEvery: 500,
}
/** The noise of the plane: one Gaussian, so that the network has all to learn. */
const ofPlane = { ...told, widths: [128, 128, 128], noise: 'diagonal', noiseScale: 1.3, heldOutShare: 0.05 }

const { chosen } = await useBackend('auto')
console.log(`backend ${chosen}; ${steps} steps of ${told.batchSize} rows\n`)
if (sets.length > 0) {
  head(['objective', ...sets.map(name => `${name}, KL`), 'seconds a step'])
  for (const objective of objectives) {
    const found = []
    for (const name of sets) found.push(await learnSet(objective, name))
    const pace = found.reduce((sum, { seconds }) => sum + seconds, 0) / found.length / steps
    row([objective, ...found.map(({ kl }) => kl), pace.toFixed(4)])
  }
}
if (tables.length > 0) {
  const read = await Promise.all(tables.map(readNumbers))
  console.log('')
  head(['objective', ...read.map(({ name, count, width }) => `${name} (${count} × ${width})`)])
  for (const objective of objectives) {
    const found = []
    for (const table of read) found.push(await learnTable(objective, table))
    row([objective, ...found])
  }
}

async function learnSet(objective, name) {
  const { draw, entropy } = densitySets[name]
  const [ofRows, ofTest] = split(keyOf(1), 2)
  const rows = { values: draw(ofRows, rowCount), width: 2, names: ['x', 'y'] }
  return failing(`${name}, ${objective}`, async () => {
    const model = await train(`${name}, ${objective}`, { rows, objective, ...ofPlane })
    const { nll, standardError } = await onGrid(model, draw(ofTest, 50_000))
    const { seconds } = model.outcome
    model.dispose()
    return { kl: `${(nll - entropy).toFixed(3)} ± ${standardError.toFixed(3)}`, seconds }
  }).then(found => (typeof found === 'string' ? { kl: found, seconds: Number.NaN } : found))
}

async function learnTable(objective, { name, values, width, count }) {
  return failing(`${name}, ${objective}`, async () => {
    const rows = { values, width }
    const model = await train(`${name}, ${objective}`, {
      rows,
      objective,
      ...told,
      batchSize: Math.min(512, count >> 1),
    })
    const { logLikelihood, logPartition } = model.report
    model.dispose()
    if (logLikelihood === undefined) return `none: ${logPartition.doubt}`
    return `${logLikelihood.mean.toFixed(3)} ± ${logLikelihood.standardError.toFixed(3)}`
  })
}

function train(title, options) {
  return density.train({
    ...options,
    key: keyOf(2),
    onStep({ step, loss }) {
      if (step % 500 === 0) console.error(`${title}: step ${step}, loss ${loss.toFixed(4)}`)
    },
  })
}

/** What an objective came to on its own is part of the table. */
async function failing(title, work) {
  try {
    return await work()
  } catch (error) {
    console.error(`${title}: ${error.message}`)
    return error.message
  }
}

function head(cells) {
  row(cells)
  row(cells.map(() => '---'))
}

function row(cells) {
  console.log(`| ${cells.join(' | ')} |`)
}
