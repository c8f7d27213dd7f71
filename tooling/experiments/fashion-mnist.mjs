/**
 * SimCLR on Fashion-MNIST beside its floors: linear probes of the trained encoder, of the same encoder untrained, of a
 * random convolution, of raw pixels and of the same recipe in PyTorch (fashion-mnist/simclr.py, run before).
 *
 * node tooling/experiments/fashion-mnist.mjs <folder of the four IDX files> [--seeds 1,2,3] [--steps 2500]
 *   [--out results.json] [--pytorch pytorch.json] [--threads 2]
 *
 * Every finished row is kept in the results file, so that a second call goes on where the first one stopped.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { useBackend } from '@chiaro/backend'
import * as tf from '@tensorflow/tfjs-core'
import { mean, meanHits, packHits, plusMinus, standardError } from './fashion-mnist/figures.mjs'
import { fashionMnist, range } from './fashion-mnist/pictures.mjs'
import { probeAll, probeFew } from './fashion-mnist/probes.mjs'
import { randomConvolution, ridgeAccuracy } from './fashion-mnist/random-convolution.mjs'
import { createModel, recipe, trainSimclr } from './fashion-mnist/simclr.mjs'

const option = (name, otherwise) => {
  const at = process.argv.indexOf(name)
  return at < 0 ? otherwise : process.argv[at + 1]
}
const folder = process.argv[2]
if (folder === undefined) throw new Error('usage: node tooling/experiments/fashion-mnist.mjs <folder>')
const seeds = option('--seeds', '1,2,3').split(',').map(Number)
const steps = Number(option('--steps', '2500'))
const threads = Number(option('--threads', '2'))
const beside = name => new URL(`fashion-mnist/${name}`, import.meta.url)
const out = option('--out', beside('results.json'))
const pytorch = option('--pytorch', beside('pytorch.json'))

await useBackend('wasm', { threads })
const pictures = await fashionMnist(folder)
const settings = { recipe, steps, threads, node: process.version, processor: cpus()[0].model }
const kept = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : { ...settings, rows: {} }
if (JSON.stringify([kept.recipe, kept.steps]) !== JSON.stringify([recipe, steps]))
  throw new Error(`${out} is of another recipe or another number of steps: give --out another name`)

async function row(name, make) {
  kept.rows[name] ??= await make()
  writeFileSync(out, `${JSON.stringify(kept, null, 1)}\n`)
  const { all, few, seconds } = kept.rows[name]
  console.error(`${name}: all ${all}, few ${few && mean(few)}, ${seconds?.toFixed(0)} s of training`)
}

const probed = async embed => {
  const { hits, ...figures } = await probeAll(embed, pictures)
  return { ...figures, few: await probeFew(embed, pictures), hits: packHits(hits) }
}

for (const seed of seeds) {
  await row(`trained/${seed}`, async () => {
    const model = createModel(recipe, pictures.training, { seed, steps })
    const onStep = ({ step, loss }) => step % 250 === 0 && console.error(`  step ${step}, loss ${loss}`)
    const run = await trainSimclr(model, pictures.training, { seed, onStep })
    return { ...run, ...(await probed(x => model.encoder.embed(x))) }
  })
}
for (const seed of seeds) {
  await row(`untrained/${seed}`, () => {
    const { encoder } = createModel(recipe, pictures.training, { seed, steps })
    return probed(x => encoder.embed(x))
  })
}
await row('pixels/0', () => probed(x => tf.reshape(x, [x.shape[0], 784])))
for (const seed of seeds) {
  await row(`convolution/${seed}`, async () => {
    const embed = randomConvolution(seed)
    const tenThousand = { ...pictures, training: range(0, 10_000, pictures.training) }
    return {
      few: await probeFew(embed, pictures),
      tenThousand: await ridgeAccuracy(embed, tenThousand),
      all: await ridgeAccuracy(embed, pictures),
    }
  })
}

const of = name =>
  Object.entries(kept.rows).flatMap(([key, value]) => (key.startsWith(`${name}/`) ? [value] : []))
const other = existsSync(pytorch) ? JSON.parse(readFileSync(pytorch, 'utf8')) : { runs: [] }
const trained = of('trained')
const minutes = runs => runs.map(run => (run.seconds / 60).toFixed(1)).join(', ')
const perStep = (runs, taken) => mean(runs.map(run => (1000 * run.seconds) / taken)).toFixed(0)

console.log(`seeds ${seeds}; ${steps} steps of ${recipe.batchSize} pictures in two views\n`)
console.log(
  '| features | dimension | linear probe, all labels | 100 labels | minutes of training | ms a step |',
)
console.log('|---|---|---|---|---|---|')
const line = (name, runs, { taken, dimension = runs[0].dimension, all = run => run.all } = {}) => {
  const cells = [
    name,
    dimension,
    plusMinus(runs.map(all)),
    runs[0].few ? plusMinus(runs.map(run => mean(run.few))) : '',
  ]
  console.log(
    `| ${cells.join(' | ')} | ${taken ? minutes(runs) : ''} | ${taken ? perStep(runs, taken) : ''} |`,
  )
}
line('trained', trained, { taken: steps })
line('the same encoder untrained', of('untrained'))
line('random convolution, ridge, 10,000 labels', of('convolution'), {
  dimension: 4096,
  all: run => run.tenThousand,
})
line('random convolution, ridge', of('convolution'), { dimension: 4096 })
line('raw pixels', of('pixels'))
if (other.runs.length > 0) line('PyTorch, this recipe', other.runs, { taken: other.steps })

console.log('\n| trained minus | all labels | over test pictures | 100 labels |\n|---|---|---|---|')
const fewByDraw = runs => runs[0].few.map((_, draw) => mean(runs.map(run => run.few[draw])))
for (const [name, runs, all = run => run.all] of [
  ['the same encoder untrained', of('untrained')],
  ['random convolution, 10,000 labels', of('convolution'), run => run.tenThousand],
  ['random convolution', of('convolution')],
  ['raw pixels', of('pixels')],
  ...(other.runs.length > 0 ? [['PyTorch, this recipe', other.runs]] : []),
]) {
  const [ours, theirs] = [trained.map(run => run.all), runs.map(all)]
  const difference = mean(ours) - mean(theirs)
  const overSeeds = Math.hypot(standardError(ours), standardError(theirs))
  const paired = runs.every(run => run.hits)
    ? standardError(subtract(meanHits(trained), meanHits(runs))).toFixed(4)
    : ''
  const few = runs[0].few ? plusMinus(subtract(fewByDraw(trained), fewByDraw(runs))) : ''
  console.log(
    `| ${name} | ${difference.toFixed(4)} ± ${overSeeds.toFixed(4)} | ${paired && `± ${paired}`} | ${few} |`,
  )
}

function subtract(a, b) {
  return a.map((value, i) => value - b[i])
}
