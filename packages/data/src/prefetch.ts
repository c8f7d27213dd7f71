import { checkInteger } from '@chiaro/core'

export interface PrefetchOptions {
  /** How many items are made before they are asked for. Default 1. */
  readonly ahead?: number
}

/**
 * The items of `source` in their order, the next ones being made while the consumer works on the last: reading and
 * decoding overlap with training. At most `ahead` + 1 items exist at a time.
 *
 * An error comes when its item would have. Leaving the loop early closes the source after the items in the making;
 * these are dropped, so they should be host data, which needs no disposal.
 *
 * @throws RangeError unless ahead is a positive integer
 *
 * @example
 * ```ts
 * import { prefetch } from '@chiaro/data'
 *
 * async function* decoded() {
 *   for (const name of ['a', 'b', 'c']) yield name.toUpperCase() // reading and decoding, in truth
 * }
 * for await (const picture of prefetch(decoded(), { ahead: 2 })) console.log(picture) // A, B, C
 * ```
 */
export function prefetch<T>(
  source: AsyncIterable<T>,
  { ahead = 1 }: PrefetchOptions = {},
): AsyncGenerator<T, void, undefined> {
  checkInteger('prefetch', { ahead }, { least: 1 })
  return run(source, ahead)
}

async function* run<T>(source: AsyncIterable<T>, ahead: number): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  const started: Promise<IteratorResult<T>>[] = []
  const start = () => {
    const item = iterator.next()
    // A failure is thrown when its turn comes; until then nobody awaits it, which is no unhandled rejection.
    item.catch(() => undefined)
    started.push(item)
  }
  try {
    for (;;) {
      while (started.length < ahead + 1) start()
      const { done, value } = await (started.shift() as Promise<IteratorResult<T>>)
      if (done) return
      yield value
    }
  } finally {
    await Promise.allSettled(started)
    await iterator.return?.()
  }
}
