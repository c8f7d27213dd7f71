import { described, typeError } from '@chiaro/core'
import { l2Normalize } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { classIndices } from './class-labels.ts'
import { retrievalRecall } from './retrieval-recall.ts'

export interface ZeroShotResult {
  /** Share of pictures whose class text is the nearest; ties count their share. */
  readonly accuracy: number
  /** Of the accuracy, over pictures. */
  readonly standardError: number
  /** Share with the right class among the nearest five (of all, with fewer classes). */
  readonly accuracy5: number
  /** Mean over the classes that occur of each one's accuracy: unmoved by how often they occur. */
  readonly meanClassAccuracy: number
  /** 1/classes. */
  readonly chance: number
  /** [n] Each picture's probability of being right: 0 or 1 but for ties. */
  readonly hits: Float64Array
}

/**
 * Zero-shot classification (Radford et al. 2021, §3.1): a picture gets the class whose text embedding has the highest
 * cosine with its own. With several prompts a class, its embedding is the mean of the prompts' unit embeddings.
 *
 * @param images [n, d]
 * @param classTexts [classes, d], or [classes, prompts, d] for an ensemble of prompts
 * @param labels [n] class indices
 * @throws TypeError for shapes, RangeError with the row for a label that is no class, and as `retrievalRecall`
 *
 * @example
 * ```ts
 * import { zeroShot } from '@chiaro/evaluate'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const classTexts = tf.tensor2d([[1, 0], [0, 1]])
 * console.log((await zeroShot(tf.tensor2d([[0.9, 0.2], [0.1, 0.7]]), classTexts, [0, 1])).accuracy) // 1
 * ```
 */
export async function zeroShot(
  images: tf.Tensor2D,
  classTexts: tf.Tensor2D | tf.Tensor3D,
  labels: ArrayLike<number>,
): Promise<ZeroShotResult> {
  if (classTexts.rank !== 2 && classTexts.rank !== 3) {
    const expected = '[classes, d] or [classes, prompts, d]'
    throw typeError('zeroShot', 'classTexts', expected, described(classTexts))
  }
  const classes = classTexts.shape[0]
  const classOf = classIndices('zeroShot', { labels }, images.shape[0], classes)
  const prototypes = tf.tidy(
    (): tf.Tensor2D =>
      classTexts.rank === 2
        ? tf.clone(classTexts as tf.Tensor2D)
        : tf.mean<tf.Tensor2D>(l2Normalize(classTexts, 2), 1),
  )
  try {
    const { recalls, standardErrors, chance, hits } = await retrievalRecall(images, prototypes, {
      relevant: Array.from(classOf, label => [label]),
      at: [1, 5],
    })
    return {
      accuracy: recalls.r1,
      standardError: standardErrors.r1,
      accuracy5: recalls.r5,
      meanClassAccuracy: meanOverClasses(hits.r1, labels),
      chance: chance.r1,
      hits: hits.r1,
    }
  } finally {
    prototypes.dispose()
  }
}

function meanOverClasses(hits: Float64Array, labels: ArrayLike<number>): number {
  const byClass = new Map<number, { sum: number; count: number }>()
  hits.forEach((hit, i) => {
    const { sum, count } = byClass.get(labels[i]) ?? { sum: 0, count: 0 }
    byClass.set(labels[i], { sum: sum + hit, count: count + 1 })
  })
  const accuracies = Array.from(byClass.values(), ({ sum, count }) => sum / count)
  return accuracies.reduce((total, accuracy) => total + accuracy, 0) / accuracies.length
}
