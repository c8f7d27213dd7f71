import { retrievalRecall, zeroShot } from '@chiaro/evaluate'
import { key, permutation } from '@chiaro/random'
import {
  type ClipModel,
  embedClipImages,
  embedClipTexts,
  type Features,
  featuresOf,
  picturesOf,
} from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { type Atlas, newDrawings } from './atlas.ts'
import type { Look, Matrix, Ranking, Share } from './messages.ts'

/** How many pairs the matrix shows, and pictures a text finds. */
const [matrixPairs, rankedPictures] = [14, 12]

/** Unit embeddings of the drawings never trained on. */
export function embedNew(model: ClipModel, atlas: Atlas): Promise<Features> {
  return featuresOf(picturesOf(newDrawings(atlas)), images => embedClipImages(model, images))
}

/** What stands for each group of emoji, as a person might put it. */
const prompts: Readonly<Record<string, string>> = {
  faces: 'face',
  people: 'person, hand',
  nature: 'animal, plant',
  food: 'food, drink',
  travel: 'place, building, vehicle',
  activities: 'game, sport',
  objects: 'tool, thing, clothing',
  symbols: 'symbol, sign, arrow, button',
}

/** Everything the page shows of the towers as they stand. */
export async function lookOf(
  model: ClipModel,
  atlas: Atlas,
  step: number,
  { vectors, dimension }: Features,
): Promise<Look> {
  const { seen, unseen, groups, emoji } = atlas
  const pictures = tf.tensor2d(vectors, [emoji.length, dimension])
  const texts = await embedClipTexts(model, atlas.captions)
  const classes = await embedClipTexts(
    model,
    groups.map(group => prompts[group]),
  )
  const parts = [seen, unseen].map(rows => ({ pictures: rowsOf(pictures, rows), texts: rowsOf(texts, rows) }))
  try {
    const [known, never] = parts
    const found = await retrievalRecall(known.texts, known.pictures, { at: [1, 10] })
    const unknown = await retrievalRecall(never.texts, never.pictures, { at: [10] })
    const labels = emoji.map(({ group }) => groups.indexOf(group))
    const shot = await zeroShot(pictures, classes, labels)
    const sizes = groups.map((_, i) => labels.filter(label => label === i).length)
    const hitsOf = groups.map((_, i) =>
      labels.reduce((sum, label, row) => sum + (label === i ? shot.hits[row] : 0), 0),
    )
    const shareOf = (result: typeof found, k: 'r1' | 'r10'): Share => ({
      share: result.recalls[k],
      chance: result.chance[k],
      queries: result.queries,
      standardError: result.standardErrors[k],
    })
    return {
      step,
      first: shareOf(found, 'r1'),
      ten: shareOf(found, 'r10'),
      unseenTen: shareOf(unknown as typeof found, 'r10'),
      zeroShot: {
        share: shot.accuracy,
        chance: shot.chance,
        queries: labels.length,
        standardError: shot.standardError,
        ofGroups: groups.map((group, i) => ({ group, share: hitsOf[i] / sizes[i], count: sizes[i] })),
      },
      matrix: await matrixOf(atlas, texts, pictures),
    }
  } finally {
    tf.dispose([pictures, texts, classes, parts] as tf.TensorContainer)
  }
}

const rowsOf = (x: tf.Tensor2D, rows: Int32Array): tf.Tensor2D =>
  tf.tidy(() => tf.gather(x, tf.tensor1d(rows, 'int32')))

async function matrixOf({ seen }: Atlas, texts: tf.Tensor2D, pictures: tf.Tensor2D): Promise<Matrix> {
  const emoji = permutation(key(1), seen.length)
    .slice(0, matrixPairs)
    .map(place => seen[place])
  const cosines = tf.tidy(() => tf.matMul(rowsOf(texts, emoji), rowsOf(pictures, emoji), false, true))
  try {
    return { emoji: [...emoji], cosines: (await cosines.data()) as Float32Array }
  } finally {
    cosines.dispose()
  }
}

/** The pictures nearest to a text. */
export async function rankingOf(
  model: ClipModel,
  { vectors, dimension }: Features,
  step: number,
  text: string,
): Promise<Ranking> {
  const asked = await embedClipTexts(model, [text])
  const query = await asked.data()
  asked.dispose()
  const cosines = Array.from({ length: vectors.length / dimension }, (_, emoji) => {
    const picture = vectors.subarray(emoji * dimension, (emoji + 1) * dimension)
    return { emoji, cosine: picture.reduce((sum, value, j) => sum + value * query[j], 0) }
  })
  const nothing = cosines.every(({ cosine }) => cosine === 0)
  const nearest = cosines.toSorted((a, b) => b.cosine - a.cosine)
  return { step, text, found: nothing ? [] : nearest.slice(0, rankedPictures) }
}
