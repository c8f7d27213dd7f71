import { ChiaroError, type RandomKey } from '@chiaro/core'
import { foldIn, permutation, uniformValues } from '@chiaro/random'

/** What tells rows apart: two rows of one picture, or of one caption, are no negatives of each other. */
export interface PairKeys {
  /** [rows] equal numbers are the same picture. */
  readonly images: ArrayLike<number>
  /** [rows] equal numbers are the same caption. */
  readonly texts: ArrayLike<number>
  /** [rows] how often a row comes in an epoch, on average. Default 1. */
  readonly weights?: ArrayLike<number>
}

/**
 * Batches of row indices, without end, in which no picture and no caption comes twice: CLIP takes every other row
 * of a batch for a negative, and a repeated caption would be a false one. A row that clashes waits for the next
 * batch. An epoch's order is a permutation drawn from foldIn(key, epoch); a row of weight w comes ⌊w⌋ times, and
 * once more with probability w − ⌊w⌋. Where no weight reaches 1 all are raised alike until one does: only their ratios
 * count.
 *
 * Pure in the key: batch i is always the same, so a resumed run skips to where it stopped.
 *
 * @throws ChiaroError ('data') when there are too few different pictures or captions for one batch
 */
export function* distinctBatches(keys: PairKeys, batchSize: number, key: RandomKey): Generator<Int32Array> {
  checkDistinct(keys, batchSize)
  let waiting: number[] = []
  const rows = keys.images.length
  for (let epoch = 0; ; epoch++) {
    // Rows that wait for three epochs clash with each other for ever: every caption has the same picture, say.
    if (waiting.length > 3 * Math.max(rows, batchSize)) throw tooFew(batchSize, 'fewer without a clash')
    for (const row of epochOrder(keys, foldIn(key, epoch))) waiting.push(row)
    for (;;) {
      const taken = takeDistinct(waiting, keys, batchSize)
      if (taken === undefined) break
      yield Int32Array.from(taken.batch)
      waiting = taken.rest
    }
  }
}

/** @throws ChiaroError ('data') when there are too few different pictures or captions for one batch */
export function checkDistinct({ images, texts }: PairKeys, batchSize: number): void {
  const different = Math.min(new Set(Array.from(images)).size, new Set(Array.from(texts)).size)
  if (different < batchSize) throw tooFew(batchSize, String(different))
}

function tooFew(batchSize: number, different: string): ChiaroError {
  const message = `a batch of ${batchSize} needs that many different pictures and captions, got ${different}`
  return new ChiaroError('data', `clip: ${message}; lower batchSize`, 'batchSize')
}

function epochOrder({ images, weights }: PairKeys, key: RandomKey): number[] {
  const rows = images.length
  const copies: number[] = []
  const raise = 1 / Math.min(1, largest(weights))
  const draws = weights === undefined ? undefined : uniformValues(foldIn(key, 1), rows)
  for (let row = 0; row < rows; row++) {
    const weight = (weights?.[row] ?? 1) * raise
    const count = Math.floor(weight) + (draws !== undefined && draws[row] < weight % 1 ? 1 : 0)
    for (let copy = 0; copy < count; copy++) copies.push(row)
  }
  return Array.from(permutation(key, copies.length), index => copies[index])
}

/** The first `batchSize` rows that do not clash, and the others in their order; undefined if there aren't as many. */
function takeDistinct(
  waiting: readonly number[],
  { images, texts }: PairKeys,
  batchSize: number,
): { batch: number[]; rest: number[] } | undefined {
  const seenImages = new Set<number>()
  const seenTexts = new Set<number>()
  const batch: number[] = []
  const rest: number[] = []
  for (const row of waiting) {
    if (batch.length === batchSize || seenImages.has(images[row]) || seenTexts.has(texts[row])) {
      rest.push(row)
      continue
    }
    seenImages.add(images[row])
    seenTexts.add(texts[row])
    batch.push(row)
  }
  return batch.length === batchSize ? { batch, rest } : undefined
}

function largest(weights: ArrayLike<number> = [1]): number {
  let value = 0
  for (let row = 0; row < weights.length; row++) value = Math.max(value, weights[row])
  return value
}
