import { foldIn, key, permutation } from '@chiaro/random'
import type { Features } from '@chiaro/tasks'
import { embeddingMap } from './embedding-map.ts'
import type { MapClasses } from './map-classes.ts'
import { type Markup, section } from './page.ts'

/** Some samples, drawn by the seed, and their embeddings. */
export function chosenOf(
  { vectors, dimension }: Features,
  { pictures: most, seed }: { readonly pictures: number; readonly seed: number },
): { readonly chosen: Int32Array; readonly features: Features } {
  const total = vectors.length / dimension
  const chosen = permutation(foldIn(key(seed), 0), total).slice(0, Math.min(most, total))
  const some = new Float32Array(chosen.length * dimension)
  chosen.forEach((row, i) => {
    some.set(vectors.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  })
  return { chosen, features: { vectors: some, dimension } }
}

/**
 * A map of embeddings, and whether they lie at more than one place.
 *
 * @param what they are of: "rows"
 */
export function mapSection(
  what: string,
  features: Features,
  classes?: MapClasses,
): { readonly markup: Markup; readonly differ: boolean } {
  const { explained, ...map } = embeddingMap(features, classes)
  const share =
    explained === undefined ? 'all at one place' : `${(100 * explained).toFixed(0)} % of the variance`
  const count = features.vectors.length / features.dimension
  const says = `${count} ${what} along the two main components, ${share}.`
  const markup = section('Embeddings', classes === undefined ? says : `${says} ${classes.says}`, map)
  return { markup, differ: explained !== undefined }
}
