import type { RandomKey } from '@chiaro/core'
import { foldIn, permutation } from '@chiaro/random'
import type { Features } from '../pictures/picture-blocks.ts'
import type { Labelled } from '../probes/probe.ts'

/** Labelled samples that are known, and as many that are asked about, at most. */
const probedCount = 1000

/** What a probe looks at. */
export interface ProbedSamples {
  readonly count: number
  /** [count] equal numbers, equal classes. */
  readonly classes?: Int32Array
  /** The encoder's output for some of them, as it is now. */
  features(rows: Int32Array): Promise<Features>
}

/**
 * The share of some labelled samples whose class the nearest of others tell, by the encoder as it is: those asked
 * about are not among those known, both are drawn once by the run's key.
 */
export function nearestProbe(
  { count, classes = new Int32Array(count), features }: ProbedSamples,
  key: RandomKey,
): () => Promise<number> {
  const order = permutation(foldIn(key, 5), count)
  const each = Math.min(probedCount, Math.floor(count / 2))
  const numbers = [...new Set(classes)].sort((a, b) => a - b)
  const labelled = async (chosen: Int32Array): Promise<Labelled> => ({
    features: await features(chosen),
    labels: chosen.map(row => numbers.indexOf(classes[row])),
  })
  return async () => {
    // A training that probes nothing never loads it.
    const { probeAll } = await import('../probes/probe.ts')
    const [known, asked] = [await labelled(order.slice(0, each)), await labelled(order.slice(each, 2 * each))]
    const settings = { classes: numbers.length, c: 1, neighbours: 20, temperature: 0.07, key: foldIn(key, 6) }
    return (await probeAll('knn', known, asked, settings)).accuracy
  }
}
