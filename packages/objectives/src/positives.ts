import { checkIndices, checkInteger, rangeError, typeError } from '@chiaro/core'
import type { Indices, PairGroups, PairMask } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { contentsAreOnHost, hostContents } from './host-contents.ts'

/**
 * Which keys are right for a query: one key index each (−1: none), or all keys of the query's group.
 */
export type Positives = Indices | PairGroups

/** At most one positive a query: int32 [n] key indices, −1 for none. */
export interface SinglePositives {
  readonly kind: 'single'
  readonly index: Indices
}

/** Several positives for some queries: the keys of each, on the host. */
export interface SeveralPositives {
  readonly kind: 'several'
  readonly keys: readonly (readonly number[])[]
}

interface Sizes {
  readonly queries: number
  /** Keys that can be right: those of a queue can't. */
  readonly keys: number
}

/** Checks positives, as far as they are on the host, and that the mask lets every one of them take part. */
export function resolvePositives(
  where: string,
  positives: Positives | undefined,
  mask: PairMask | undefined,
  sizes: Sizes,
): SinglePositives | SeveralPositives {
  if (positives === undefined && sizes.keys < sizes.queries) {
    const expected = `at least as many as queries (${sizes.queries}), or positives given`
    throw typeError(where, 'keys', expected, String(sizes.keys))
  }
  if (positives !== undefined && 'queryGroups' in positives) return ofGroups(where, positives, mask, sizes)
  const index = positives ?? Int32Array.from({ length: sizes.queries }, (_, i) => i)
  checkIndices(where, { positives: index }, sizes.queries)
  const known = hostContents(index)
  if (known !== undefined) {
    checkInteger(where, { positives: known }, { least: -1, below: sizes.keys })
    const takesPart = participation(mask, sizes)
    for (let i = 0; i < known.length; i++) {
      if (known[i] >= 0 && !takesPart(i, known[i])) throw maskedPositive(where, i, known[i])
    }
  }
  return { kind: 'single', index }
}

function ofGroups(
  where: string,
  { queryGroups, keyGroups }: PairGroups,
  mask: PairMask | undefined,
  sizes: Sizes,
): SinglePositives | SeveralPositives {
  checkIndices(where, { 'positives.queryGroups': queryGroups }, sizes.queries)
  checkIndices(where, { 'positives.keyGroups': keyGroups }, sizes.keys)
  // Who is alone in a group decides the computation, so groups are read wherever they are.
  const [ofQueries, ofKeys] = [queryGroups, keyGroups].map(g => (g instanceof tf.Tensor ? g.dataSync() : g))
  const members = new Map<number, number[]>()
  for (let j = 0; j < ofKeys.length; j++) {
    const group = members.get(ofKeys[j])
    if (group === undefined) members.set(ofKeys[j], [j])
    else group.push(j)
  }
  const takesPart = participation(mask, sizes)
  const excludesSelf = mask !== undefined && 'excludeSelf' in mask && mask.excludeSelf
  const keys = Array.from(ofQueries, (group, i) => {
    const found = members.get(group) ?? []
    // A query that is among the keys is in its own group: left out it is no positive, and no mistake.
    const others = excludesSelf ? found.filter(j => j !== i) : found
    const wrong = others.find(j => !takesPart(i, j))
    if (wrong !== undefined) throw maskedPositive(where, i, wrong)
    return others
  })
  if (keys.some(own => own.length > 1)) return { kind: 'several', keys }
  return { kind: 'single', index: Int32Array.from(keys, own => own[0] ?? -1) }
}

function maskedPositive(where: string, query: number, key: number): Error {
  const expected = 'keys that the mask lets take part'
  return rangeError(where, 'positives', expected, `key ${key} for query ${query}, which it leaves out`)
}

/** Whether the mask lets key j take part for query i; true where only a device knows. */
function participation(mask: PairMask | undefined, sizes: Sizes): (i: number, j: number) => boolean {
  if (mask === undefined) return () => true
  if (mask instanceof tf.Tensor) {
    const width = mask.shape[1] ?? 0
    // A mask of the wrong shape is refused later, by name.
    if (mask.shape[0] !== sizes.queries || width < sizes.keys || !contentsAreOnHost()) return () => true
    const selected = mask.dataSync()
    return (i, j) => selected[i * width + j] !== 0
  }
  if ('excludeSelf' in mask) return (i, j) => i !== j || !mask.excludeSelf
  const ofQueries = hostContents(mask.queryGroups)
  const ofKeys = hostContents(mask.keyGroups)
  if (ofQueries === undefined || ofKeys === undefined) return () => true
  return (i, j) => ofQueries[i] === ofKeys[j]
}
