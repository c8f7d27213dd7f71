import { retrievalRecall } from '@chiaro/evaluate'
import * as tf from '@tensorflow/tfjs-core'
import { type BothDirections, meanOf, meanRecall } from './report.ts'
import { fitRidgeFloor, randomConvolutionFeatures } from './ridge-floor.ts'
import type { HeldOutTask, PairRow } from './tasks.ts'

/** λ of the ridge, over standardised features; each task shows the best of the three. */
const strengths = [1e3, 1e4, 1e5]

/**
 * The ridge floor of each task: fitted on pairs a model trains on, asked what the model is asked, and the
 * strength with the best mean recall kept for each task by itself, which flatters the floor.
 *
 * @param load pictures by file name, [n, 32, 32, 3] in 0…1
 */
export async function measureFloor(
  load: (images: readonly string[]) => Promise<tf.Tensor4D>,
  training: readonly PairRow[],
  tasks: readonly HeldOutTask[],
): Promise<Readonly<Record<HeldOutTask['name'], BothDirections>>> {
  const best: Partial<Record<HeldOutTask['name'], BothDirections>> = {}
  const featuresOf = async (pairs: readonly PairRow[]) => {
    const pictures = await load(pairs.map(({ image }) => image))
    const features = randomConvolutionFeatures(pictures)
    pictures.dispose()
    return features
  }
  const galleries = new Map<readonly PairRow[], tf.Tensor2D>()
  for (const { galleries: all } of tasks)
    for (const { candidates } of all) galleries.set(candidates, await featuresOf(candidates))

  const features = await featuresOf(training)
  const captions = training.map(({ text }) => text)
  const floors = fitRidgeFloor(features, captions, strengths)
  for (const floor of floors) {
    for (const task of tasks) {
      const figures: BothDirections[] = []
      for (const { queries, candidates } of task.galleries) {
        const rowOf = new Map(candidates.map(({ image }, row) => [image, row]))
        const asked = queries.map(({ image }) => rowOf.get(image)!)
        const predicted = floor.predict(galleries.get(candidates)!)
        const texts = floor.tfIdf(candidates.map(({ text }) => text))
        figures.push(await directions(predicted, texts, asked))
        tf.dispose([predicted, texts])
      }
      const mean = meanOf(figures)
      const known = best[task.name]
      if (known === undefined || meanRecall(mean) > meanRecall(known)) best[task.name] = mean
    }
    floor.dispose()
  }
  tf.dispose([features, ...galleries.values()])
  return best as Record<HeldOutTask['name'], BothDirections>
}

/** Rows `asked` of either side against all of the other. */
async function directions(images: tf.Tensor2D, texts: tf.Tensor2D, asked: number[]): Promise<BothDirections> {
  const index = tf.tensor1d(asked, 'int32')
  const askedImages = tf.gather(images, index)
  const askedTexts = tf.gather(texts, index)
  const relevant = asked.map(row => [row])
  const textToImage = await retrievalRecall(askedTexts, images, { relevant })
  const imageToText = await retrievalRecall(askedImages, texts, { relevant })
  tf.dispose([index, askedImages, askedTexts])
  return { textToImage: textToImage.recalls, imageToText: imageToText.recalls }
}
