import { conflictError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type Recalls, type RetrievalResult, retrievalRecall } from './retrieval-recall.ts'

/** A figure for each direction, as `report.json` has them. */
export interface BothDirections<T = Recalls> {
  readonly textToImage: T
  readonly imageToText: T
}

export interface BothDirectionsOptions {
  /** [n] Pictures and texts of equal group belong together. Default: picture i with text i. */
  readonly imageGroups?: ArrayLike<number>
  /** [m] Comes with imageGroups. */
  readonly textGroups?: ArrayLike<number>
}

export interface BothDirectionsResult {
  readonly recalls: BothDirections
  readonly standardErrors: BothDirections
  readonly chance: BothDirections
  /** All that `retrievalRecall` says. */
  readonly details: BothDirections<RetrievalResult>
}

/**
 * `retrievalRecall` at 1, 5 and 10 from texts to pictures and from pictures to texts. Several captions of a picture,
 * or several pictures of a caption, share a group.
 *
 * @param images [n, d]
 * @param texts [m, d]
 * @throws as `retrievalRecall`; TypeError when only one side has groups
 *
 * @example
 * ```ts
 * import { bothDirections } from '@chiaro/evaluate'
 * import { key, normal } from '@chiaro/random'
 *
 * const texts = normal(key(1), [50, 16])
 * const { recalls, chance } = await bothDirections(texts, texts)
 * console.log(recalls.textToImage.r1, chance.textToImage.r1) // 1 and 0.02
 * ```
 */
export async function bothDirections(
  images: tf.Tensor2D,
  texts: tf.Tensor2D,
  { imageGroups, textGroups }: BothDirectionsOptions = {},
): Promise<BothDirectionsResult> {
  if ((imageGroups === undefined) !== (textGroups === undefined)) {
    const missing = imageGroups === undefined ? 'imageGroups' : 'textGroups'
    throw conflictError('bothDirections', missing, 'imageGroups and textGroups come together, got one')
  }
  const right = (queryGroups?: ArrayLike<number>, candidateGroups?: ArrayLike<number>) =>
    queryGroups && candidateGroups ? { relevant: { queryGroups, candidateGroups } } : {}
  const textToImage = await retrievalRecall(texts, images, right(textGroups, imageGroups))
  const imageToText = await retrievalRecall(images, texts, right(imageGroups, textGroups))
  const both = <T>(pick: (result: RetrievalResult) => T): BothDirections<T> => ({
    textToImage: pick(textToImage),
    imageToText: pick(imageToText),
  })
  return {
    recalls: both(result => result.recalls),
    standardErrors: both(result => result.standardErrors),
    chance: both(result => result.chance),
    details: both(result => result),
  }
}
