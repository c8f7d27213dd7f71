// A projection trained on embeddings that one already has, so that rows which belong together come together:
//
//   node index.js queries.npy answers.npy projected.npy
//
// Row i of the first file belongs to row i of the second (a question and its answer, a picture's vector and a caption's); the
// last tenth is held out, and says what it is worth. Without files it makes some: the same 8 numbers in two spaces.
import { useBackend } from '@chiaro/backend'
import { tensorBatches } from '@chiaro/data'
import { readNpy, writeNpy } from '@chiaro/data/node'
import { projectionHead } from '@chiaro/encoders'
import { retrievalRecall } from '@chiaro/evaluate'
import { infoNceLoss } from '@chiaro/objectives'
import { foldIn, key, normal } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

await useBackend('auto')
const [queryFile, answerFile, output] = process.argv.slice(2)

/** Rows of vectors from a file. */
async function rowsOf(file) {
  const { values, shape } = await readNpy(file)
  return tf.tensor2d(Float32Array.from(values), shape)
}

/** What two encoders might give: the same points, mixed in two ways, with noise of their own. */
function made() {
  const points = normal(key(1), [2000, 8])
  return [2, 3].map(seed => {
    const mixed = tf.matMul(points, normal(key(seed), [8, 32]))
    return tf.add(mixed, tf.mul(normal(foldIn(key(seed), 1), [2000, 32]), 0.5))
  })
}

const [queries, answers] = queryFile ? [await rowsOf(queryFile), await rowsOf(answerFile)] : made()
const heldOut = Math.floor(queries.shape[0] / 10)
const training = queries.shape[0] - heldOut
const tensors = { queries: tf.slice(queries, 0, training), answers: tf.slice(answers, 0, training) }
const headOf = (x, seed) =>
  projectionHead({ inputDimension: x.shape[1], hiddenDimension: 64, outputDimension: 16 }, key(seed))
const heads = { queries: headOf(queries, 4), answers: headOf(answers, 5) }
const prefixed = kind =>
  Object.fromEntries(
    Object.entries(heads).flatMap(([side, head]) =>
      Object.entries(head[kind]).map(([name, variable]) => [`${side}/${name}`, variable]),
    ),
  )
const steps = 300
for await (const { step, loss } of fit({
  parameters: prefixed('parameters'),
  buffers: prefixed('buffers'),
  batches: tensorBatches(tensors, { batchSize: 200, key: key(6) }),
  loss: batch =>
    infoNceLoss(
      heads.queries.project(batch.queries, { training: true }),
      heads.answers.project(batch.answers, { training: true }),
      { temperature: 0.1 },
    ),
  steps,
  optimizer: adamW(),
  schedule: warmupCosine({ peak: 0.003, warmupSteps: 20, steps }),
  key: key(7),
}))
  if (step % 100 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`)

const held = tf.slice(queries, training, heldOut)
const [projectedQueries, projectedAnswers] = [
  heads.queries.project(held),
  heads.answers.project(tf.slice(answers, training, heldOut)),
]
const { recalls, chance } = await retrievalRecall(projectedQueries, projectedAnswers)
console.log(
  `held out, the answer is nearest for ${(100 * recalls.r1).toFixed(0)} % (by chance ${(100 * chance.r1).toFixed(1)} %)`,
)
if (output) {
  const projected = heads.queries.project(queries)
  await writeNpy(output, { values: await projected.data(), shape: projected.shape })
}
