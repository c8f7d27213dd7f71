// The emoji table over seeds: node tooling/experiments/emoji.mjs [--seeds 1,2,3] (after npm run build)
// Runs the main job once a seed, or reads the report.json of runs that exist (--reports a,b,c), and prints each
// figure with its standard error over seeds and over queries.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const option = name => {
  const at = process.argv.indexOf(name)
  return at < 0 ? undefined : process.argv[at + 1].split(',')
}

const files =
  option('--reports') ??
  (option('--seeds') ?? ['1', '2', '3']).map(seed => {
    const run = join(mkdtempSync(join(tmpdir(), 'chiaro-emoji-')), 'run')
    const { status } = spawnSync(
      process.execPath,
      [join(root, 'apps/emoji/dist/main.js'), '--seed', seed, '--out', run],
      { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    if (status !== 0) process.exit(1)
    return join(run, 'report.json')
  })
const reports = files.map(file => JSON.parse(readFileSync(file, 'utf8')))

const directions = ['textToImage', 'imageToText']
const ranks = ['r1', 'r5', 'r10']
const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length
const meanRecall = figures => mean(directions.flatMap(d => ranks.map(r => figures[d][r])))

/** Mean over seeds ± standard error over seeds / over queries (binomial, for shares of queries). */
function cell(values, queries) {
  const centre = mean(values)
  const spread = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
  const overSeeds = Math.sqrt(spread / values.length)
  const overQueries = Math.sqrt((centre * (1 - centre)) / queries)
  return `${centre.toFixed(3)} ± ${overSeeds.toFixed(3)} / ${overQueries.toFixed(3)}`
}

const seconds = reports.map(report => report.seconds)
console.log(
  `seeds ${reports.map(({ seed }) => seed).join(', ')}; training ${seconds.map(s => s.toFixed(0)).join(', ')} s\n`,
)
console.log('| task | figure | model | floor | chance |')
console.log('|---|---|---|---|---|')
for (const task of ['unseenVendor', 'unseenCombinations', 'unseenConcepts']) {
  const { queries, candidates } = reports[0][task]
  const figures = [
    ['text→image R@1', one => one.textToImage.r1],
    ['image→text R@1', one => one.imageToText.r1],
    ['mean of R@1/5/10, both directions', meanRecall],
  ]
  for (const [name, figure] of figures) {
    const model = cell(
      reports.map(report => figure(report[task].model)),
      queries,
    )
    const [floor, chance] = ['floor', 'chance'].map(row => figure(reports[0][task][row]).toFixed(4))
    console.log(`| ${task} (${queries} among ${candidates}) | ${name} | ${model} | ${floor} | ${chance} |`)
  }
}
