/**
 * SCARF on tables whose labels only the probe sees: the area under the ROC curve of a linear probe on the encoder's
 * features, beside the raw columns and the same encoder untrained. Each seed draws another half to train on, another
 * encoder and other labels; the other half is asked. A table is X.npy and y.npy of an .npz.
 *
 * node tooling/experiments/rows.mjs <table.npz> … [--seeds 5] [--steps 1000] [--labels 100]
 *   [--threads 2]
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { useBackend } from '@chiaro/backend'
import { decodeNpz } from '@chiaro/data'
import { auroc, balancedRows, fitLinearProbe } from '@chiaro/evaluate'
import { foldIn, key, permutation } from '@chiaro/random'
import { scarf } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'

const { values: options, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    steps: { type: 'string', default: '1000' },
    labels: { type: 'string', default: '100' },
    threads: { type: 'string', default: '2' },
  },
})
if (files.length === 0) throw new Error('usage: node tooling/experiments/rows.mjs <table.npz> …')
const seeds = Array.from({ length: Number(options.seeds) }, (_, seed) => seed + 1)
await useBackend('wasm', { threads: Number(options.threads) })

const representations = ['columns', 'untrained', 'scarf']
const line = cells => console.log(`| ${cells.join(' | ')} |`)
line(['table', 'rows', 'columns', 'labels', ...representations, 'scarf − columns', 'scarf − untrained'])
line(Array.from({ length: 9 }, () => '---'))
for (const file of files) {
  const found = await decodeNpz(readFileSync(file))
  const [X, y] = [found.X, found.y]
  const [count, width] = X.shape
  const areas = []
  for (const seed of seeds) areas.push(await areasOf(X.values, y.values, count, width, seed))
  for (const labels of [options.labels, 'half']) {
    const of = name => areas.map(area => area[labels][name])
    const minus = other => of('scarf').map((area, i) => area - of(other)[i])
    const figures = [...representations.map(of), minus('columns'), minus('untrained')]
    line([basename(file, '.npz').replace(/^\d+_/, ''), count, width, labels, ...figures.map(meanWithError)])
  }
}

/** The areas of one seed, by the number of labels: the same half, labels and probe for each representation. */
async function areasOf(values, labels, count, width, seed) {
  const random = key(seed)
  const order = permutation(foldIn(random, 0), count)
  const half = Math.floor(count / 2)
  const pick = rows => ({
    values: Float64Array.from({ length: rows.length * width }, (_, at) =>
      Number(values[rows[Math.floor(at / width)] * width + (at % width)]),
    ),
    width,
  })
  const [known, asked] = [order.slice(0, half), order.slice(half)]
  const of = rows => Int32Array.from(rows, row => Number(labels[row]))
  const steps = Number(options.steps)
  const told = { rows: pick(known), key: foldIn(random, 1), watchEvery: 0 }
  const trained = await scarf.train({ ...told, steps })
  // A rate of 0 leaves the values that it began with.
  const untrained = await scarf.train({ ...told, steps: 1, learningRate: 0 })
  const classes = of(known)
  const chosen = {
    [options.labels]: balancedRows(classes, {
      count: Number(options.labels),
      key: foldIn(random, 2),
      classes: 2,
    }),
    half: Int32Array.from(known.keys()),
  }
  const features = {
    columns: rows => trained.encode(rows),
    untrained: rows => untrained.embed(rows),
    scarf: rows => trained.embed(rows),
  }
  const areas = Object.fromEntries(Object.keys(chosen).map(name => [name, {}]))
  for (const [name, embed] of Object.entries(features)) {
    const [x, z] = [await embed(pick(known)), await embed(pick(asked))].map(({ vectors, dimension }) =>
      tf.tensor2d(vectors, [vectors.length / dimension, dimension]),
    )
    // All by the same scale, so that the regularisation is the same.
    const { mean, variance } = tf.moments(x, 0)
    const scaled = rows => tf.div(tf.sub(rows, mean), tf.sqrt(tf.add(variance, 1e-6)))
    for (const [few, rows] of Object.entries(chosen)) {
      const told = tf.gather(scaled(x), tf.tensor1d(rows, 'int32'))
      const probe = await fitLinearProbe(
        told,
        rows.map(row => classes[row]),
        { regularization: 1 / rows.length, classes: 2 },
      )
      const logits = await probe.logits(scaled(z)).array()
      areas[few][name] = auroc(
        logits.map(([a, b]) => b - a),
        of(asked),
      )
    }
  }
  tf.disposeVariables()
  return areas
}

function meanWithError(values) {
  const n = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / n
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1)
  return `${mean.toFixed(4)} ± ${Math.sqrt(variance / n).toFixed(4)}`
}
