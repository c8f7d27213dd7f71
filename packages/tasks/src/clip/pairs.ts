import { conflictError, typeError } from '@chiaro/core'
import type { HostImages } from '@chiaro/data'
import { type Pictures, picturesOf } from '../pictures/pictures.ts'

/** Pictures and their captions, and which rows share one. */
export interface Pairs {
  /** In memory, or read as they are asked for. */
  readonly images: Pictures | HostImages
  /** [rows] the picture of each row, as a row of `images`. */
  readonly imageOf: Int32Array
  /** The different captions. */
  readonly texts: readonly string[]
  /** [rows] the caption of each row, as an index of `texts`; of several the first. */
  readonly textOf: Int32Array
  /** [rows] all captions of each row, where some have several: one of them is drawn each time. */
  readonly captionsOf?: readonly ArrayLike<number>[]
  /** [rows] how often a row comes in an epoch, on average. Default 1. */
  readonly weights?: ArrayLike<number>
  /**
   * [rows] the pictures that a row may show, one of them drawn each time; rows then have different captions and
   * pictures, and come once an epoch. Default: each row shows its own.
   */
  readonly choices?: readonly ArrayLike<number>[]
  /** Where a row was read, for messages: "pairs.csv:7". */
  readonly placeOf?: (row: number) => string
}

/**
 * Pairs of a picture and a caption, or several: picture i of `images` with `texts[i]`. Equal captions are one.
 *
 * @throws TypeError unless there are as many captions as pictures
 *
 * @example
 * ```ts
 * import { pairsOf } from '@chiaro/tasks'
 *
 * const images = { data: new Uint8Array(3 * 8 * 8 * 3), shape: [3, 8, 8, 3] as const }
 * const { texts, textOf } = pairsOf(images, ['a heart', 'a hand', 'a heart'])
 * console.log(texts, textOf) // two texts; rows 0 and 2 share one, so that neither is the other's negative
 * ```
 */
export function pairsOf(images: Pictures | HostImages, texts: readonly Captions[]): Pairs {
  const { count } = picturesOf(images)
  if (texts.length !== count) {
    throw typeError('pairsOf', 'texts', `${count} texts, one a picture`, String(texts.length))
  }
  return { images, imageOf: Int32Array.from(texts, (_, row) => row), ...distinctTexts(texts) }
}

/** What a picture is called: one text, or a list of several. */
export type Captions = string | readonly string[]

/**
 * The different texts in order of first appearance, and which of them each row has.
 *
 * @throws TypeError for a row of no text
 * @see `pairsOf` for an example
 */
export function distinctTexts(rows: readonly Captions[]): Pick<Pairs, 'texts' | 'textOf' | 'captionsOf'> {
  const indexOf = new Map<string, number>()
  const index = (text: string) => {
    const known = indexOf.get(text)
    if (known !== undefined) return known
    indexOf.set(text, indexOf.size)
    return indexOf.size - 1
  }
  const captionsOf = rows.map((row, i) => {
    const texts = typeof row === 'string' ? [row] : row
    if (texts.length === 0) throw typeError('distinctTexts', `texts[${i}]`, 'one text or more', 'none')
    return Int32Array.from(texts, index)
  })
  return {
    texts: [...indexOf.keys()],
    textOf: Int32Array.from(captionsOf, ([first]) => first),
    ...(captionsOf.some(({ length }) => length > 1) && { captionsOf }),
  }
}

/** The side of square colour pictures. @throws TypeError for others */
export function sideOf({ images }: Pairs): number {
  const [height, width, channels] = picturesOf(images).shape
  if (height === width && channels === 3) return height
  const got = `[${[height, width, channels]}]`
  throw conflictError('clip', 'images', `pictures must be squares of three channels, got ${got}`)
}
