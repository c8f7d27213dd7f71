// A Hugging Face tokenizer under an encoder of one's own: the tokenizer.json of any model, a small transformer above it, and
// questions that find their answers. Every fifth pair is held out.
//
//   node index.js tokenizer.json pairs.json          [{ "question": "…", "answer": "…" }, …]
import { readFileSync } from 'node:fs'
import { useBackend } from '@chiaro/backend'
import { huggingFaceTokenizer, tensorBatches, tokenizeBatch } from '@chiaro/data'
import { transformerTextEncoder } from '@chiaro/encoders'
import { retrievalRecall } from '@chiaro/evaluate'
import { infoNceLoss } from '@chiaro/objectives'
import { foldIn, key } from '@chiaro/random'
import { adamW, fit, warmupCosine } from '@chiaro/train'

const [file, table] = process.argv.slice(2)
const contextLength = 24
const tokenizer = huggingFaceTokenizer(readFileSync(file, 'utf8'), { contextLength })
const pairs = JSON.parse(readFileSync(table, 'utf8'))

await useBackend('auto')
const sides = pairs => ({
  questions: tokenizeBatch(
    tokenizer,
    pairs.map(({ question }) => question),
    { length: contextLength },
  ),
  answers: tokenizeBatch(
    tokenizer,
    pairs.map(({ answer }) => answer),
    { length: contextLength },
  ),
})
const training = sides(pairs.filter((_, i) => i % 5 > 0))
const heldOut = sides(pairs.filter((_, i) => i % 5 === 0))

const { vocabularySize } = tokenizer
const sizes = { width: 32, depth: 1, heads: 2 }
const encoder = transformerTextEncoder(
  { vocabularySize, contextLength, embeddingDimension: 32, ...sizes },
  key(1),
)
const steps = 150
for await (const { step, loss } of fit({
  parameters: encoder.parameters,
  buffers: encoder.buffers,
  batches: tensorBatches(training, { batchSize: 24, key: key(2) }),
  loss: ({ questions, answers }, { key }) =>
    infoNceLoss(
      encoder.embed(questions, { training: true, key: foldIn(key, 0) }),
      encoder.embed(answers, { training: true, key: foldIn(key, 1) }),
      { temperature: 0.1 },
    ),
  steps,
  optimizer: adamW(),
  schedule: warmupCosine({ peak: 0.003, warmupSteps: 20, steps }),
  key: key(3),
}))
  if (step % 50 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`)

const { recalls, chance } = await retrievalRecall(
  encoder.embed(heldOut.questions),
  encoder.embed(heldOut.answers),
)
console.log(
  `held out, the answer is nearest for ${(100 * recalls.r1).toFixed(0)} % (by chance ${(100 * chance.r1).toFixed(0)} %)`,
)
console.log(pairs[0].question, [...tokenizer.encode(pairs[0].question).ids].join(' '))
