import type { RandomKey } from '@chiaro/core'
import type { EmbeddingBlock } from '@chiaro/data/node'
import { foldIn, integerValues } from '@chiaro/random'

/** `count` different rows of `total`, drawn by the key. At most half of them, so that few are drawn twice. */
export function drawRows(key: RandomKey, total: number, count: number): ReadonlySet<number> {
  const drawn = new Set<number>()
  for (let round = 0; drawn.size < count; round++) {
    for (const row of integerValues(foldIn(key, round), count - drawn.size, { maximum: total }))
      drawn.add(row)
  }
  return drawn
}

/** Rows in memory. */
export interface Rows {
  readonly names: string[]
  /** [row] */
  readonly vectors: Float32Array[]
}

/** The rows of blocks but for those held out, which are put into `kept` in their order. */
export async function* withoutHeldOut(
  blocks: AsyncIterable<EmbeddingBlock & { readonly dimension: number }>,
  heldOut: ReadonlySet<number>,
  kept: Rows,
): AsyncGenerator<EmbeddingBlock, void, undefined> {
  let before = 0
  for await (const { names, vectors, dimension } of blocks) {
    const rowOf = (i: number) => vectors.subarray(i * dimension, (i + 1) * dimension)
    const rest: number[] = []
    for (let i = 0; i < names.length; i++) {
      if (!heldOut.has(before + i)) {
        rest.push(i)
        continue
      }
      kept.names.push(names[i])
      kept.vectors.push(rowOf(i).slice())
    }
    before += names.length
    if (rest.length === names.length) yield { names, vectors }
    else {
      const others = new Float32Array(rest.length * dimension)
      for (const [at, i] of rest.entries()) others.set(rowOf(i), at * dimension)
      yield { names: rest.map(i => names[i]), vectors: others }
    }
  }
}
