import { ChiaroError, type RandomKey } from '@chiaro/core'
import { foldIn, permutation, uniformValues } from '@chiaro/random'

/** What tells rows apart: two rows of one picture, or of one caption, are no negatives of each other. */
export interface PairKeys {
  /** [rows] equal numbers are the same picture. */
  readonly images: ArrayLike<number>
  /** [rows] equal numbers are the same caption. */
  readonly texts: ArrayLike<number>
  /** [rows] the captions that a row may have: one of them is drawn each time it comes. Default: `texts` alone. */
  readonly choices?: readonly ArrayLike<number>[]
  /** [rows] how often a row comes in an epoch, on average. Default 1. */
  readonly weights?: ArrayLike<number>
}

/** A batch: its rows, and for each which of its `choices` was drawn, 0 where there are none. */
export interface DistinctBatch {
  readonly rows: Int32Array
  readonly drawn: Int32Array
}

/** A row whose turn has come. */
interface Turn {
  readonly row: number
  readonly drawn: number
}

/**
 * Batches of row indices, without end, in which no picture and no caption comes twice: CLIP takes every other row
 * of a batch for a negative, and a repeated caption would be a false one. A row that clashes waits for the next
 * batch. An epoch's order is a permutation drawn from foldIn(key, epoch); a row of weight w comes ⌊w⌋ times, and
 * once more with probability w − ⌊w⌋. Where no weight reaches 1 all are raised alike until one does: only their ratios
 * count.
 *
 * Caption ⌊c·u⌋ of a row's c is drawn from foldIn(foldIn(key, epoch), 2); where it is in the batch already, the next of
 * them that is not.
 *
 * Pure in the key: batch i is always the same, so a resumed run skips to where it stopped.
 *
 * @throws ChiaroError ('data') when there are too few different pictures or captions for one batch
 */
export function* distinctBatches(
  keys: PairKeys,
  batchSize: number,
  key: RandomKey,
): Generator<DistinctBatch> {
  checkDistinct(keys, batchSize)
  let waiting: Turn[] = []
  const rows = keys.images.length
  for (let epoch = 0; ; epoch++) {
    // Rows that wait for three epochs clash with each other for ever: every caption has the same picture, say.
    if (waiting.length > 3 * Math.max(rows, batchSize)) throw tooFew(batchSize, 'fewer without a clash')
    for (const turn of epochOrder(keys, foldIn(key, epoch))) waiting.push(turn)
    for (;;) {
      const taken = takeDistinct(waiting, keys, batchSize)
      if (taken === undefined) break
      yield {
        rows: Int32Array.from(taken.batch, ({ row }) => row),
        drawn: Int32Array.from(taken.batch, ({ drawn }) => drawn),
      }
      waiting = taken.rest
    }
  }
}

/** @throws ChiaroError ('data') when there are too few different pictures or captions for one batch */
export function checkDistinct({ images, texts, choices }: PairKeys, batchSize: number): void {
  const captions = choices === undefined ? Array.from(texts) : choices.flatMap(row => Array.from(row))
  const different = Math.min(new Set(Array.from(images)).size, new Set(captions).size)
  if (different < batchSize) throw tooFew(batchSize, String(different))
}

function tooFew(batchSize: number, different: string): ChiaroError {
  const message = `a batch of ${batchSize} needs that many different pictures and captions, got ${different}`
  return new ChiaroError('data', `clip: ${message}; lower batchSize`, 'batchSize')
}

function epochOrder({ images, choices, weights }: PairKeys, key: RandomKey): Turn[] {
  const rows = images.length
  const copies: number[] = []
  const raise = 1 / Math.min(1, largest(weights))
  const draws = weights === undefined ? undefined : uniformValues(foldIn(key, 1), rows)
  for (let row = 0; row < rows; row++) {
    const weight = (weights?.[row] ?? 1) * raise
    const count = Math.floor(weight) + (draws !== undefined && draws[row] < weight % 1 ? 1 : 0)
    for (let copy = 0; copy < count; copy++) copies.push(row)
  }
  const captions = choices === undefined ? undefined : uniformValues(foldIn(key, 2), copies.length)
  return Array.from(permutation(key, copies.length), (index, i) => {
    const row = copies[index]
    const drawn = captions === undefined ? 0 : Math.floor(captions[i] * (choices?.[row].length ?? 1))
    return { row, drawn }
  })
}

/** The first `batchSize` rows that do not clash, and the others in their order; undefined if there aren't as many. */
function takeDistinct(
  waiting: readonly Turn[],
  { images, texts, choices }: PairKeys,
  batchSize: number,
): { batch: Turn[]; rest: Turn[] } | undefined {
  const seenImages = new Set<number>()
  const seenTexts = new Set<number>()
  const batch: Turn[] = []
  const clashed: Turn[] = []
  for (const [i, turn] of waiting.entries()) {
    if (batch.length === batchSize) return { batch, rest: clashed.concat(waiting.slice(i)) }
    const { row } = turn
    const own = choices?.[row] ?? [texts[row]]
    // The drawn caption, or the next one of the row that is not in the batch.
    const free = Array.from(own, (_, i) => (turn.drawn + i) % own.length).find(i => !seenTexts.has(own[i]))
    if (free === undefined || seenImages.has(images[row])) {
      clashed.push(turn)
      continue
    }
    seenImages.add(images[row])
    seenTexts.add(own[free])
    batch.push({ row, drawn: free })
  }
  return batch.length === batchSize ? { batch, rest: clashed } : undefined
}

function largest(weights: ArrayLike<number> = [1]): number {
  let value = 0
  for (let row = 0; row < weights.length; row++) value = Math.max(value, weights[row])
  return value
}
