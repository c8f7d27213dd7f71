/**
 * One short run of a changed recipe, judged without the test pictures: the probe learns from the first 20,000 training
 * pictures' labels and is scored on the last 10,000.
 *
 * node tooling/experiments/fashion-mnist/pilot.mjs <folder> <steps> '{"crop":[0.2,1]}' [grids, such as 2,3] [threads]
 */
import { useBackend } from '@chiaro/backend'
import { fashionMnist, range } from './pictures.mjs'
import { probeAll } from './probes.mjs'
import { createModel, recipe, trainSimclr } from './simclr.mjs'

const [folder, given = '600', changes = '{}', grids, threads = '2'] = process.argv.slice(2)
const [steps, seed] = [Number(given), 1]
await useBackend('wasm', { threads: Number(threads) })
const { training } = await fashionMnist(folder)
const chosen = { ...recipe, ...JSON.parse(changes) }
const about = { seed, steps: Math.max(1, steps) }
const model = createModel(chosen, training, about)
const { seconds, loss } = steps === 0 ? { seconds: 0, loss: 0 } : await trainSimclr(model, training, { seed })
console.log(changes, `${steps} steps, ${seconds.toFixed(0)} s, loss ${loss.toFixed(3)}`)
for (const grid of (grids ?? String(chosen.grid)).split(',').map(Number)) {
  const { encoder } = createModel({ ...chosen, grid }, training, about)
  for (const [name, variable] of Object.entries({ ...encoder.parameters, ...encoder.buffers })) {
    variable.assign(model.encoder.parameters[name] ?? model.encoder.buffers[name])
  }
  const { all } = await probeAll(
    x => encoder.embed(x),
    { training: range(0, 20_000, training), test: range(50_000, 60_000, training) },
    { maximumIterations: 150 },
  )
  console.log(`  grid ${grid}: ${all}`)
}
