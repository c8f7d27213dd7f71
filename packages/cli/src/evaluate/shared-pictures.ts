import { digest } from '@chiaro/train'
import type { NamedPictures } from '../data/open-pictures.ts'

/** Pictures, and the digest of each that has been read. */
export interface Remembered {
  readonly pictures: NamedPictures
  readonly digests: ReadonlyMap<number, string>
}

/** Pictures that remember the pixels of each by a digest, when it is read: no reading is done for that alone. */
export function rememberPixels(pictures: NamedPictures): Remembered {
  const digests = new Map<number, string>()
  const size = pictures.shape.reduce((product, length) => product * length, 1)
  return {
    digests,
    pictures: {
      ...pictures,
      async read(rows) {
        const found = await pictures.read(rows)
        rows.forEach((row, i) => {
          if (digests.has(row)) return
          const from = found.rows[i] * size
          digests.set(row, digest([found.images.data.subarray(from, from + size)]))
        })
        return found
      },
    },
  }
}

/** How many of some pictures are, pixel for pixel, among others. */
export function countShared(some: Remembered, others: Remembered): number {
  const known = new Set(others.digests.values())
  return [...some.digests.values()].filter(one => known.has(one)).length
}
