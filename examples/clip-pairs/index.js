// CLIP on one's own pairs: a table with the columns image and text (CSV, TSV, JSON Lines or Parquet), pictures beside it. It
// learns one space for both, keeps it in model.zip, and finds pictures by words.
//
//   node index.js pairs.csv "a red square"
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { loadImages, readPairs } from '@chiaro/data/node'
import { key } from '@chiaro/random'
import { clip } from '@chiaro/tasks'

const [table, wanted = 'a red square'] = process.argv.slice(2)
const pairs = await readPairs(table, { images: dirname(table) })
const images = await loadImages(pairs, { size: [32, 32] })

await useBackend('auto')
const model = await clip.train({
  images,
  texts: pairs.map(({ text }) => text),
  key: key(1),
  steps: 200,
  batchSize: 16, // of captions that differ
  widths: [16, 32],
  embedding: 32,
  learningRate: 0.005,
  onStep({ step, loss }) {
    if (step % 50 === 0) console.log(`step ${step}: loss ${loss.toFixed(4)}`)
  },
})
writeFileSync('model.zip', model.save()) // clip.load(readFileSync('model.zip')) has the model again
for (const { picture, cosine } of (await model.rank(wanted, images)).slice(0, 4))
  console.log(`${cosine.toFixed(3)}  ${pairs[picture].text}`)
model.dispose()
