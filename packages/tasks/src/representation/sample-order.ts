import type { RandomKey } from '@chiaro/core'
import { batches, batchPosition } from '@chiaro/data'
import { foldIn } from '@chiaro/random'

/** Which samples a step takes, and the key of what is drawn for it. */
export interface DrawnSamples {
  readonly chosen: Int32Array
  readonly ofStep: RandomKey
}

/** Every sample once an epoch, in an order of its own, from a step on; `key` is the run's. */
export function* sampleOrder(
  count: number,
  { batchSize, key, firstStep }: { batchSize: number; key: RandomKey; firstStep: number },
): Generator<DrawnSamples> {
  const ofBatches = foldIn(key, 1)
  const position = batchPosition(count, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(count, { batchSize, key: foldIn(ofBatches, 0), position })) {
    yield { chosen: indices, ofStep: foldIn(foldIn(ofBatches, 1), step++) }
  }
}
