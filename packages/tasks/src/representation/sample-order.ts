import type { RandomKey } from '@chiaro/core'
import { batches, batchPosition } from '@chiaro/data'
import type { Communicator } from '@chiaro/distributed'
import { foldIn } from '@chiaro/random'
import { ownOf, type Share, shareOf } from '../over-ranks.ts'

/** Which samples a step takes, and the key of what is drawn for it. */
export interface DrawnSamples {
  /** Of all ranks. */
  readonly chosen: Int32Array
  /** Those that are this rank's, and where they stand, where ranks train together. */
  readonly own: Int32Array
  readonly share?: Share
  readonly ofStep: RandomKey
}

/** Who draws samples. */
export interface SampleOrderOptions {
  /** Of all ranks together. */
  readonly batchSize: number
  /** The run's. */
  readonly key: RandomKey
  readonly firstStep: number
  readonly ranks?: Communicator
}

/** Every sample once an epoch, in an order of its own, from a step on; `key` is the run's. */
export function* sampleOrder(
  count: number,
  { batchSize, key, firstStep, ranks }: SampleOrderOptions,
): Generator<DrawnSamples> {
  const ofBatches = foldIn(key, 1)
  const position = batchPosition(count, firstStep - 1, { batchSize })
  let step = firstStep
  for (const { indices } of batches(count, { batchSize, key: foldIn(ofBatches, 0), position })) {
    const share = shareOf(indices.length, ranks)
    const own = ownOf(indices, share)
    yield { chosen: indices, own, ...(share && { share }), ofStep: foldIn(foldIn(ofBatches, 1), step++) }
  }
}
