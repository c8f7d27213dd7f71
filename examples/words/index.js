// A language table: a vector for each word of a text, by NCE (Mnih and Teh 2012; Mnih and Kavukcuoglu 2013). Words that stand
// near each other are told from words drawn by their approximate law of Zipf, as TensorFlow's nce_loss does; the table need
// not be normalised for that, so that a step costs the same for a vocabulary of millions.
//
//   node index.js text.txt          without a file it makes a text of two subjects, kitchen and harbour
import { readFileSync } from 'node:fs'
import { useBackend } from '@chiaro/backend'
import { buildVocabulary, tensorBatches } from '@chiaro/data'
import { logUniformNoise } from '@chiaro/noise'
import { binaryNceLoss } from '@chiaro/objectives'
import { l2Normalize } from '@chiaro/ops'
import { foldIn, key, normal, uniformValues } from '@chiaro/random'
import { adamW, constant, fit } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

const subjects = {
  kitchen: 'pan oven spoon salt soup knife bread',
  harbour: 'boat wave mast rope anchor sail gull',
}

/** Sentences of eight words of one subject, and little words between. */
function made() {
  const u = uniformValues(key(1), 600 * 9)
  const pick = (list, u) => list[Math.floor(u * list.length)]
  return Array.from({ length: 600 }, (_, i) => {
    const words = pick(Object.values(subjects), u[9 * i]).split(' ')
    return Array.from({ length: 8 }, (_, j) =>
      pick(j % 3 ? words : ['the', 'a', 'of'], u[9 * i + j + 1]),
    ).join(' ')
  }).join('\n')
}

const [file] = process.argv.slice(2)
const sentences = (file ? readFileSync(file, 'utf8') : made()).toLowerCase().split(/\n|[.!?]/)
const vocabulary = buildVocabulary(sentences, { maximumSize: 50_000 }) // by falling frequency, as the sampler wants it
const idOf = new Map(vocabulary.map((word, id) => [word, id]))
const [centres, contexts] = [[], []]
for (const sentence of sentences) {
  const ids = (sentence.match(/[\p{L}\p{N}']+/gu) ?? [])
    .map(word => idOf.get(word))
    .filter(id => id !== undefined)
  ids.forEach((id, i) => {
    for (let j = Math.max(0, i - 2); j <= Math.min(ids.length - 1, i + 2); j++)
      if (i !== j) centres.push(id) && contexts.push(ids[j])
  })
}

await useBackend('auto')
const [size, width, perPair] = [vocabulary.length, 16, 8]
const noise = logUniformNoise({ range: size })
const parameters = {
  word: tf.variable(tf.mul(normal(key(2), [size, width]), 0.1)),
  context: tf.variable(tf.zeros([size, width])),
  bias: tf.variable(tf.fill([size], -Math.log(size))),
}
/** log p(context | word), not normalised, less the sampler's log-probability. */
function logRatios(centre, context) {
  const products = tf.mul(tf.gather(parameters.word, centre), tf.gather(parameters.context, context))
  const logProb = tf.add(tf.sum(products, 1), tf.gather(parameters.bias, context))
  return tf.sub(logProb, noise.logProb(context))
}
const pairs = { centre: tf.tensor1d(centres, 'int32'), context: tf.tensor1d(contexts, 'int32') }
const batchSize = 256
for await (const { step, loss } of fit({
  parameters,
  batches: tensorBatches(pairs, { batchSize, key: key(3) }),
  loss({ centre, context }, { key }) {
    const drawn = noise.sample(foldIn(key, 0), perPair * batchSize)
    const owners = tf.reshape(tf.tile(tf.expandDims(centre, 1), [1, perPair]), [-1]) // noise rows κi … are pair i's
    return binaryNceLoss(logRatios(centre, context), logRatios(owners, drawn))
  },
  steps: 400,
  optimizer: adamW(),
  schedule: constant(0.02),
  key: key(4),
}))
  if (step % 100 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`)

/** The words whose vectors point most nearly the same way. */
function nearest(word, count) {
  const cosines = tf.tidy(() => {
    const unit = l2Normalize(parameters.word)
    return tf.reshape(tf.matMul(unit, tf.gather(unit, [idOf.get(word)]), false, true), [-1]).dataSync()
  })
  const order = [...cosines.keys()].sort((a, b) => cosines[b] - cosines[a])
  return order.slice(1, count + 1).map(id => vocabulary[id])
}
for (const word of file ? vocabulary.slice(0, 5) : ['oven', 'mast'])
  console.log(`${word}: ${nearest(word, 5).join(', ')}`)
