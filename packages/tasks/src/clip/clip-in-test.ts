import { key, uniformValues } from '@chiaro/random'
import { expect } from 'vitest'
import { stoppedRun } from '../stopped-in-test.ts'
import { clip, type TrainedClip } from './clip.ts'

/** Pictures of 8 × 8 noise. */
export const images = (count: number, side = 8) => ({
  data: Uint8Array.from(uniformValues(key(9), count * side * side * 3), value => Math.round(255 * value)),
  shape: [count, side, side, 3] as const,
})

export const texts = Array.from({ length: 12 }, (_, i) => `number ${i} of twelve`)

export const small = { widths: [4], buckets: 32, embedding: 4, batchSize: 4, steps: 6, checkpointEvery: 2 }

export type ClipOptions = Parameters<typeof clip.train>[0]

export const weightsOf = async ({ model }: TrainedClip) =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(model.parameters).map(async ([name, value]) => [name, Array.from(await value.data())]),
    ),
  ) as Record<string, number[]>

/** Trains unbroken, then to step 3 and on: both must end with the same bits, which are handed back. */
export async function trainedAndResumed(options: ClipOptions): Promise<Record<string, number[]>> {
  const whole = await clip.train(options)
  const saved = await stoppedRun(told => clip.train({ ...options, ...told }))
  const resumed = await clip.resume(saved, options)
  const weights = await weightsOf(whole)
  expect(await weightsOf(resumed)).toEqual(weights)
  whole.dispose()
  resumed.dispose()
  return weights
}
