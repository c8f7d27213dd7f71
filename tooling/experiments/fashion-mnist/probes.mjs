// Linear probes of frozen features, with all labels and with a hundred.

import { toImageTensor } from '@chiaro/data'
import { balancedRows, fitLinearProbe } from '@chiaro/evaluate'
import { foldIn, key as keyOf } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'

/** λ of the probes, the same for every row of the table. */
export const regularization = { all: 1e-4, few: 1e-2 }

/** What `embed` makes of every picture: [count, dimension]. */
export async function featuresOf(embed, pictures, chunk = 500) {
  const count = pictures.shape[0]
  let values
  let dimension = 0
  for (let from = 0; from < count; from += chunk) {
    const rows = Int32Array.from({ length: Math.min(chunk, count - from) }, (_, i) => from + i)
    const block = tf.tidy(() => embed(toImageTensor(pictures, rows)))
    dimension = block.shape[1]
    values ??= new Float32Array(count * dimension)
    values.set(await block.data(), from * dimension)
    block.dispose()
  }
  return tf.tensor2d(values, [count, dimension])
}

const hitsOf = async (probe, features, labels) => {
  const predicted = tf.tidy(() => tf.argMax(probe.logits(features), 1))
  const classes = await predicted.data()
  predicted.dispose()
  return Array.from(labels, (label, i) => label === classes[i])
}

const share = hits => hits.filter(Boolean).length / hits.length

/** With every label: the accuracy on the test pictures, and which of them were right. */
export async function probeAll(
  embed,
  { training, test },
  { regularization: strength = regularization.all, ...options } = {},
) {
  const began = performance.now()
  const features = await featuresOf(embed, training)
  const dimension = features.shape[1]
  const fitted = await fitLinearProbe(features, training.labels, {
    ...options,
    regularization: strength,
  }).finally(() => features.dispose())
  const held = await featuresOf(embed, test)
  const hits = await hitsOf(fitted, held, test.labels)
  held.dispose()
  const probeSeconds = (performance.now() - began) / 1000
  return { all: share(hits), hits, dimension, iterations: fitted.iterations, probeSeconds }
}

/** With 100 labels, ten a class: the accuracy for each of ten draws, the same draws for whatever is probed. */
export async function probeFew(embed, { training, test }, draws = 10) {
  const held = await featuresOf(embed, test)
  const accuracies = []
  for (let draw = 0; draw < draws; draw++) {
    const rows = balancedRows(training.labels, { count: 100, key: foldIn(keyOf(100), draw) })
    const labels = Int32Array.from(rows, row => training.labels[row])
    const features = tf.tidy(() => embed(toImageTensor(training, rows)))
    const fitted = await fitLinearProbe(features, labels, { regularization: regularization.few })
    accuracies.push(share(await hitsOf(fitted, held, test.labels)))
    features.dispose()
  }
  held.dispose()
  return accuracies
}
