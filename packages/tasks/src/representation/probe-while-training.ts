import type { RandomKey } from '@chiaro/core'
import { foldIn, permutation } from '@chiaro/random'
import { featuresOf } from '../pictures/picture-blocks.ts'
import { type Pictures, pickPictures } from '../pictures/pictures.ts'
import type { Labelled } from '../probes/probe.ts'
import type { RepresentationModel } from './model.ts'

/** Labelled pictures that are known, and as many that are asked about, at most. */
const probedCount = 1000

/**
 * The share of some labelled pictures whose class the nearest of others tell, by the encoder as it is: those asked
 * about are not among those known, both are drawn once by the run's key.
 */
export function nearestProbe(
  { encoder }: RepresentationModel,
  pictures: Pictures,
  key: RandomKey,
): () => Promise<number> {
  const order = permutation(foldIn(key, 5), pictures.count)
  const each = Math.min(probedCount, Math.floor(pictures.count / 2))
  const numbers = [...new Set(pictures.classes)].sort((a, b) => a - b)
  const labelled = async (chosen: Int32Array): Promise<Labelled> => {
    const some = pickPictures(pictures, chosen)
    const features = await featuresOf(some, images => encoder.embed(images))
    return { features, labels: Int32Array.from(some.classes ?? [], label => numbers.indexOf(label)) }
  }
  return async () => {
    // A training that probes nothing never loads it.
    const { probeAll } = await import('../probes/probe.ts')
    const [known, asked] = [await labelled(order.slice(0, each)), await labelled(order.slice(each, 2 * each))]
    const settings = { classes: numbers.length, c: 1, neighbours: 20, temperature: 0.07, key: foldIn(key, 6) }
    return (await probeAll('knn', known, asked, settings)).accuracy
  }
}
