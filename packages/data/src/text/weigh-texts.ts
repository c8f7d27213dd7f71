import { checkInteger, checkOneOf, rangeError } from '@chiaro/core'
import { checkId, type HostTokens, longest, tooLong } from './tokenize-batch.ts'
import { encode, type Tokenizer } from './tokenizer.ts'

export interface WeighTextsOptions {
  /** [vocabularySize] a factor for each id, as `inverseDocumentFrequency` gives. Default all 1. */
  readonly idWeights?: ArrayLike<number>
  /** 'l2' divides a text's weights by their Euclidean length, 'l1' by their sum. Default 'l2'. */
  readonly normalize?: 'l2' | 'l1' | 'none'
  /** Different ids a row has, padding included. Default: those of the text with most, at least 1. */
  readonly length?: number
  /** Whether a text with more ids loses those of the smallest weights; otherwise it is an error. Default true. */
  readonly truncate?: boolean
}

/** Token ids with their weights on the host, row-major; padding is id 0 with weight 0. */
export interface WeightedTokens extends HostTokens {
  readonly weights: Float32Array
}

/**
 * Texts as weighted bags: each id of a text once, with weight idWeights[id] · Σ of the tokenizer's weights over its
 * occurrences, in the order of first occurrence; then normalised. Ids of weight 0 are left out, so a text may have
 * none at all, a row of padding.
 *
 * With `inverseDocumentFrequency` these are TF-IDF vectors; Σ weight · embedding[id] is their linear encoder.
 *
 * @throws RangeError for an option outside its domain or an id that idWeights lacks; ChiaroError ('data') that names
 *   the text when one has too many ids and `truncate` is false
 *
 * @example
 * ```ts
 * import { inverseDocumentFrequency, ngramTokenizer, toTokenTensor, weighTexts } from '@chiaro/data'
 *
 * const texts = ['red heart', 'blue heart']
 * const tokenizer = ngramTokenizer({ buckets: 255 })
 * const idWeights = inverseDocumentFrequency(tokenizer, texts)
 * const bags = weighTexts(tokenizer, texts, { idWeights, length: 16 }) // TF-IDF, of unit length
 * console.log(toTokenTensor(bags).shape) // [2, 16, 2]: ids and weights
 * ```
 */
export function weighTexts(
  tokenizer: Tokenizer,
  texts: readonly string[],
  { idWeights, normalize = 'l2', length, truncate = true }: WeighTextsOptions = {},
): WeightedTokens {
  const where = 'weighTexts'
  if (length !== undefined) checkInteger(where, { length }, { least: 1 })
  checkOneOf(where, { normalize }, ['l2', 'l1', 'none'])
  const bags = texts.map((text, row) => weighText(where, tokenizer, text, row, idWeights))
  const columns = length ?? longest(bags)
  const ids = new Int32Array(texts.length * columns)
  const weights = new Float32Array(texts.length * columns)
  for (const [row, bag] of bags.entries()) {
    if (bag.length > columns && !truncate) throw tooLong(where, texts[row], row, bag.length, columns)
    const kept = heaviest(bag, columns)
    const total = norm(kept, normalize)
    for (const [i, [id, weight]] of kept.entries()) {
      ids[row * columns + i] = id
      weights[row * columns + i] = weight / total
    }
  }
  return { ids, weights, shape: [texts.length, columns] }
}

type Bag = readonly (readonly [id: number, weight: number])[]

function weighText(
  where: string,
  tokenizer: Tokenizer,
  text: string,
  row: number,
  idWeights: ArrayLike<number> | undefined,
): Bag {
  const encoded = encode(tokenizer, text)
  const sums = new Map<number, number>()
  for (let i = 0; i < encoded.ids.length; i++) {
    const id = encoded.ids[i]
    checkId(where, id, row)
    if (idWeights !== undefined && id >= idWeights.length) {
      throw rangeError(where, 'idWeights', `a weight for every id, ${id} too`, `${idWeights.length} weights`)
    }
    const weight = (encoded.weights?.[i] ?? 1) * (idWeights?.[id] ?? 1)
    if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) {
      throw rangeError(where, 'idWeights', 'finite and at least 0', `${weight} for id ${id}`)
    }
    sums.set(id, (sums.get(id) ?? 0) + weight)
  }
  return [...sums].filter(([, weight]) => weight > 0)
}

/** The `count` heaviest, equal ones by first occurrence, in the order they came. */
function heaviest(bag: Bag, count: number): Bag {
  if (bag.length <= count) return bag
  const order = bag.map((_, i) => i).sort((a, b) => bag[b][1] - bag[a][1] || a - b)
  const kept = new Set(order.slice(0, count))
  return bag.filter((_, i) => kept.has(i))
}

function norm(bag: Bag, normalize: 'l2' | 'l1' | 'none'): number {
  if (normalize === 'none' || bag.length === 0) return 1
  if (normalize === 'l1') return bag.reduce((sum, [, weight]) => sum + weight, 0)
  return Math.sqrt(bag.reduce((sum, [, weight]) => sum + weight * weight, 0))
}
