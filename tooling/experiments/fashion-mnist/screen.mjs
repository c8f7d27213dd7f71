// node screen.mjs <folder> <steps> '<settings json>' [threads] [out weights]
import { useBackend } from '@chiaro/backend'
import { createEncoder } from '@chiaro/encoders'
import { balancedRows, fitLinearProbe } from '@chiaro/evaluate'
import { foldIn, key } from '@chiaro/random'
import { picturesOf, readSettings, simclr, trainModel } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { fashionMnist, range } from './pictures.mjs'
import { featuresOf } from './probes.mjs'

const [folder, given, json = '{}', threads = '1'] = process.argv.slice(2)
const { stages, embeddingDimension, grids = [3], seed = 1, ...chosen } = JSON.parse(json)
const steps = Number(given)
await useBackend('wasm', { threads: Number(threads) })
const { training } = await fashionMnist(folder)
const settings = readSettings('screen', simclr.settings, {
  steps: Math.max(1, steps), batchSize: 256, temperature: 0.2, learningRate: 0.002, warmupSteps: Math.min(100, Math.max(0, steps >> 2)), weightDecay: 1e-4,
  widths: [32, 64, 128], grid: 3, imageMean: 0.286, imageDeviation: 0.353, headHidden: 256, headOutput: 64,
  recipe: 'grey', leastCrop: 0.15, strength: 0.375, objective: 'nt-xent', watchEvery: 0, ...chosen,
})
let config = simclr.configure(settings, picturesOf(training), key(0))
if (stages) config = { ...config, encoder: { ...config.encoder, stages: stages.map(stage => stage.map(([kernel, width, stride]) => ({ kernel, width, stride }))) } }
const model = simclr.prepare(config, key(seed))
let seconds = 0
let loss = 0
if (steps > 0) ({ seconds, loss } = await trainModel(simclr, model, picturesOf(training), key(seed), {}))
console.log(json, `${steps} steps, ${(1000 * seconds / steps).toFixed(0)} ms a step, loss ${Number(loss).toFixed(3)}`)
if (process.argv[6]) {
  const { writeFileSync } = await import('node:fs')
  const { serialize } = await import('node:v8')
  const values = Object.fromEntries(Object.entries({ ...model.encoder.parameters, ...model.encoder.buffers, ...model.parameters }).map(([name, v]) => [name, { shape: v.shape, values: v.dataSync() }]))
  writeFileSync(process.argv[6], serialize({ config, values }))
}
const learn = range(0, 20_000, training)
const held = range(50_000, 60_000, training)
for (const grid of grids) {
  const encoder = createEncoder({ ...config.encoder, pooling: grid === 1 ? 'average' : { grid } }, key(1))
  for (const [name, variable] of Object.entries({ ...encoder.parameters, ...encoder.buffers })) variable.assign(model.encoder.parameters[name] ?? model.encoder.buffers[name])
  await probes(`grid ${grid}`, x => encoder.embed(x))
}
async function probes(name, embed) {
  const [x, z] = [await featuresOf(embed, learn), await featuresOf(embed, held)]
  const score = async probe => {
    const predicted = tf.tidy(() => tf.argMax(probe.logits(z), 1))
    const classes = await predicted.data()
    predicted.dispose()
    return classes.reduce((sum, c, i) => sum + (c === held.labels[i]), 0) / held.labels.length
  }
  const out = []
  for (const regularization of [1e-3]) {
    const began = performance.now()
    const probe = await fitLinearProbe(x, learn.labels, { regularization, maximumIterations: 100 })
    out.push(`all(${regularization}) ${(await score(probe)).toFixed(4)} (${((performance.now() - began) / 1000).toFixed(0)} s)`)
  }
  for (const regularization of [1e-2, 1e-1, 1]) {
    let total = 0
    for (let draw = 0; draw < 10; draw++) {
      const rows = balancedRows(learn.labels, { count: 100, key: foldIn(key(100), draw) })
      const few = tf.gather(x, tf.tensor1d(rows, 'int32'))
      const probe = await fitLinearProbe(few, Int32Array.from(rows, row => learn.labels[row]), { regularization })
      total += await score(probe)
    }
    out.push(`few(${regularization}) ${(total / 10).toFixed(4)}`)
  }
  console.log(`  ${name} [${x.shape[1]}]: ${out.join(', ')}`)
  tf.dispose([x, z])
}
