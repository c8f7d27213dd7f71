/**
 * Decoupled minus plain NT-Xent at two batch sizes, on the first 20,000 pictures of Fashion-MNIST. Both losses start
 * from the same weights and see the same views of a seed, so that their difference is paired.
 *
 * node tooling/experiments/decoupled.mjs <folder of the four IDX files> [--seeds 1,2,3] [--epochs 3]
 *   [--temperature 0.1] [--out results.json] [--threads 2]
 *
 * Every finished run is kept in the results file, so that a second call goes on where the first one stopped.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { mean, plusMinus } from './fashion-mnist/figures.mjs'
import { fashionMnist, range } from './fashion-mnist/pictures.mjs'
import { probeAll, probeFew } from './fashion-mnist/probes.mjs'
import { createModel, recipe, trainSimclr } from './fashion-mnist/simclr.mjs'

const option = (name, otherwise) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node tooling/experiments/decoupled.mjs <folder>')
const seeds = option('--seeds', '1,2,3').split(',').map(Number)
const epochs = Number(option('--epochs', '3'))
const temperature = Number(option('--temperature', '0.1'))
const out = option('--out', new URL('fashion-mnist/decoupled.json', import.meta.url))
const batchSizes = [32, 256]

await useBackend('wasm', { threads: Number(option('--threads', '2')) })
const { training, test } = await fashionMnist(folder)
const pictures = { training: range(0, 20_000, training), test }
const settings = { recipe, epochs, temperature }
const kept = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : { ...settings, runs: {} }
if (JSON.stringify([kept.recipe, kept.epochs, kept.temperature]) !== JSON.stringify(Object.values(settings)))
  throw new Error(`${out} is of other settings: give --out another name`)

const nameOf = (batchSize, decoupled, seed) => `${batchSize}/${decoupled ? 'decoupled' : 'plain'}/${seed}`
for (const seed of seeds) {
  for (const batchSize of batchSizes) {
    for (const decoupled of [false, true]) {
      const name = nameOf(batchSize, decoupled, seed)
      kept.runs[name] ??= await run(batchSize, decoupled, seed)
      writeFileSync(out, `${JSON.stringify(kept, null, 1)}\n`)
      const { all, few, seconds } = kept.runs[name]
      console.error(`${name}: all ${all}, few ${mean(few).toFixed(4)}, ${seconds.toFixed(0)} s`)
    }
  }
}

async function run(batchSize, decoupled, seed) {
  const steps = epochs * Math.floor(20_000 / batchSize)
  // Adam's rate goes with the root of the batch.
  const learningRate = recipe.learningRate * Math.sqrt(batchSize / recipe.batchSize)
  const chosen = {
    ...recipe,
    batchSize,
    decoupled,
    temperature,
    learningRate,
    warmupSteps: Math.round(steps / 10),
  }
  const model = createModel(chosen, pictures.training, { seed, steps })
  const { seconds, loss } = await trainSimclr(model, pictures.training, { seed })
  const embed = x => model.encoder.embed(x)
  const { all } = await probeAll(embed, pictures)
  const few = await probeFew(embed, pictures)
  disposeModel(model)
  return { steps, seconds, loss, all, few }
}

const points = values =>
  plusMinus(
    values.map(value => 100 * value),
    2,
  )
console.log(`seeds ${seeds}; ${epochs} epochs of 20,000 pictures; temperature ${temperature}\n`)
console.log('| batch | probe | plain, % | decoupled, % | decoupled − plain, points |\n|---|---|---|---|---|')
const figures = { '20,000 labels': ({ all }) => all, '100 labels': ({ few }) => mean(few) }
for (const [probe, figure] of Object.entries(figures)) {
  const gains = batchSizes.map(batchSize => {
    const [plain, decoupled] = [false, true].map(which =>
      seeds.map(seed => figure(kept.runs[nameOf(batchSize, which, seed)])),
    )
    const gain = decoupled.map((value, i) => value - plain[i])
    console.log(`| ${batchSize} | ${probe} | ${points(plain)} | ${points(decoupled)} | ${points(gain)} |`)
    return gain
  })
  const excess = gains[0].map((value, i) => value - gains[1][i])
  console.log(`| ${batchSizes.join(' minus ')} | ${probe} | | | ${points(excess)} |`)
}
