// One short run of a changed recipe: node tooling/experiments/fashion-mnist/pilot.mjs <folder> <steps> '{"crop":[0.2,1]}'
import { useBackend } from '@chiaro/backend'
import { fashionMnist, first } from './pictures.mjs'
import { probeAll, probeFew } from './probes.mjs'
import { createModel, recipe, trainSimclr } from './simclr.mjs'

const [folder, steps = '600', changes = '{}', labelled = '60000', seed = '1'] = process.argv.slice(2)
await useBackend('wasm', { threads: 2 })
const pictures = await fashionMnist(folder)
const chosen = { ...recipe, ...JSON.parse(changes) }
const model = createModel(chosen, Number(seed))
const run =
  Number(steps) === 0
    ? { seconds: 0, loss: 0 }
    : await trainSimclr(model, pictures.training, chosen, { seed: Number(seed), steps: Number(steps) })
const grids = JSON.parse(process.argv[7] ?? `[${chosen.grid}]`)
for (const grid of grids) {
  const began = performance.now()
  const { encoder } = createModel({ ...chosen, grid }, Number(seed))
  for (const part of ['parameters', 'buffers'])
    for (const [name, variable] of Object.entries(encoder[part])) variable.assign(model.encoder[part][name])
  const embed = x => encoder.embed(x)
  const { all, iterations, dimension } = await probeAll(embed, {
    training: first(Number(labelled), pictures.training),
    test: pictures.test,
  })
  const few = await probeFew(embed, pictures)
  const mean = few.reduce((sum, value) => sum + value, 0) / few.length
  console.log(
    changes,
    `${steps} steps ${run.seconds.toFixed(0)} s (${((1000 * run.seconds) / Number(steps)).toFixed(0)} ms) loss ${run.loss.toFixed(3)}`,
    `grid ${grid} all ${all} few ${mean.toFixed(4)} dim ${dimension} iterations ${iterations} probe ${((performance.now() - began) / 1000).toFixed(0)} s`,
  )
}
