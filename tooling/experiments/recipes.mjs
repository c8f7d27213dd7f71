/**
 * What recipes reach: node tooling/experiments/recipes.mjs <recipe> [--seeds 1,2,3] [--threads 2] [--table shuttle.npz]
 * (after npm run build). Makes the data, then gives the command what one would type: `chiaro train … --recipe`.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { recipeId, recipes } from '@chiaro/tasks'
import { mean, plusMinus } from './fashion-mnist/figures.mjs'
import { moons } from './recipes/moons.mjs'
import { scenes } from './recipes/scenes.mjs'
import { sensors } from './recipes/sensors.mjs'

const measured = [moons, scenes, sensors]
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '1,2,3' },
    threads: { type: 'string', default: '2' },
    table: { type: 'string' },
  },
})
const chosen = measured.find(({ recipe }) => recipe === positionals[0])
const names = measured.map(({ recipe }) => recipe).join(' | ')
if (chosen === undefined) throw new Error(`usage: node tooling/experiments/recipes.mjs ${names}`)
if (chosen.needs !== undefined && options.table === undefined) throw new Error(`it needs ${chosen.needs}`)
const recipe = recipes.find(({ name }) => name === chosen.recipe)
const main = fileURLToPath(new URL('../../packages/cli/bin/chiaro.js', import.meta.url))

const found = []
for (const seed of options.seeds.split(',')) {
  const folder = await mkdtemp(join(tmpdir(), 'chiaro-recipe-'))
  const run = args => {
    const told = [main, ...args, '--seed', seed, '--threads', options.threads, '--json']
    const { status, stdout } = spawnSync(process.execPath, told, { stdio: ['ignore', 'pipe', 'inherit'] })
    if (status !== 0) throw new Error(`chiaro ${args.join(' ')} ended with ${status}`)
    return JSON.parse(stdout)
  }
  const train = (task, data) =>
    run(['train', task, ...data, '--recipe', recipeId(recipe), '--out', join(folder, 'run')])
  try {
    found.push(await chosen.measure({ folder, train, run, table: options.table }))
  } finally {
    await rm(folder, { recursive: true })
  }
  console.error(`seed ${seed}: ${JSON.stringify(found.at(-1))}`)
}
console.log(`| recipe | figure | seeds | mean ± standard error over seeds | beside | seconds of training |`)
console.log('|---|---|---|---|---|---|')
const cells = [
  recipeId(recipe),
  chosen.title,
  options.seeds,
  plusMinus(found.map(({ figure }) => figure)),
  found.map(({ beside, ofRows }) => beside ?? (ofRows ? `± ${ofRows.toFixed(4)} over rows` : '')).join('; '),
  `${mean(found.map(({ seconds }) => seconds)).toFixed(0)}`,
]
console.log(`| ${cells.join(' | ')} |`)
