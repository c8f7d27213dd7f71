import { typeError } from '@chiaro/core'
import type { HostImages } from '@chiaro/data'
import { classesOf } from '../classes-of.ts'

/** [height, width, channels] in pixels. */
export type PictureShape = readonly [height: number, width: number, channels: 1 | 3]

/** Pictures of one shape in a fixed order: a folder, a list of files or an array, read as they are asked for. */
export interface Pictures {
  readonly count: number
  readonly shape: PictureShape
  /** [count] the class of each, where training is told: equal numbers, equal classes. */
  readonly classes?: Int32Array
  /** Some of them; what they are read into may hold others too. */
  read(rows: Int32Array): PictureRows | Promise<PictureRows>
}

/** Row i is picture rows[i] of images. */
export interface PictureRows {
  readonly images: HostImages
  readonly rows: Int32Array
}

/**
 * Pictures in memory as `Pictures`; what already is one stays.
 *
 * @throws TypeError unless data has the shape's size, and one or three channels
 *
 * @example
 * ```ts
 * import { pickPictures, picturesOf, withClasses } from '@chiaro/tasks'
 *
 * const bytes = { data: new Uint8Array(10 * 8 * 8), shape: [10, 8, 8, 1] as const }
 * const pictures = withClasses(picturesOf(bytes), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
 * const held = pickPictures(pictures, Int32Array.of(8, 9)) // nothing is copied
 * console.log(held.count, held.shape, held.classes) // 2, [8, 8, 1], 0 and 1
 * ```
 */
export function picturesOf(given: Pictures | HostImages): Pictures {
  if ('read' in given) return given
  const [count, height, width, channels] = given.shape
  const size = count * height * width * channels
  if ((channels !== 1 && channels !== 3) || given.data.length !== size) {
    const expected = 'bytes [count, height, width, 1 or 3]'
    throw typeError('picturesOf', 'pictures', expected, `${given.data.length} bytes of [${given.shape}]`)
  }
  return { count, shape: [height, width, channels], read: rows => ({ images: given, rows }) }
}

/**
 * The pictures with the class of each.
 *
 * @throws TypeError unless labels are as many whole numbers
 * @see `picturesOf` for an example
 */
export function withClasses<P extends Pictures>(pictures: P, labels: ArrayLike<number>): P {
  return { ...pictures, classes: classesOf('simclr', labels, pictures.count, 'picture') }
}

/**
 * Some pictures of others.
 *
 * @see `picturesOf` for an example
 */
export function pickPictures<P extends Pictures>(pictures: P, chosen: Int32Array): Pictures {
  const { classes } = pictures
  return {
    count: chosen.length,
    shape: pictures.shape,
    read: rows => pictures.read(rows.map(row => chosen[row])),
    ...(classes !== undefined && { classes: chosen.map(row => classes[row]) }),
  }
}
