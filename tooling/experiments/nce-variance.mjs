// How precise noise-contrastive estimation is: closed form, quadrature and simulation side by side.
//   node tooling/experiments/nce-variance.mjs [--replicates 1000] [--slope-replicates 400] [--threads 2] [--seed 1]

import { binaryCells, rankingCells } from './nce-variance/cells.mjs'
import { runCells } from './nce-variance/pool.mjs'
import { productTable } from './nce-variance/product.mjs'
import { noiseTables } from './nce-variance/quadrature-tables.mjs'
import { simulationTables } from './nce-variance/simulation-tables.mjs'
import { slopeTable } from './nce-variance/slope-table.mjs'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const replicates = option('replicates', 1000)
const slopeReplicates = option('slope-replicates', Math.min(replicates, 400))
const [threads, seed] = [option('threads', 2), option('seed', 1)]

const started = performance.now()
const seconds = () => `${((performance.now() - started) / 1000).toFixed(0)} s`
console.log(noiseTables())
console.error(`quadrature done, ${seconds()}`)
const fitted = binaryCells.length + rankingCells.length
const rows = await runCells({
  replicatesOf: at => (at < fitted ? replicates : slopeReplicates),
  seed,
  threads,
})
console.log(simulationTables(rows, replicates))
console.log(slopeTable(rows.slice(fitted)))
console.log(await productTable(seed))
console.log(
  `${replicates} replicates (${slopeReplicates} for the slope), seed ${seed}, ${seconds()} on ${threads} threads`,
)
