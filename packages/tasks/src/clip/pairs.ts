import { conflictError, typeError } from '@chiaro/core'
import type { HostImages } from '@chiaro/data'

/** Pictures and their captions, in memory, and which rows share one. */
export interface Pairs {
  readonly images: HostImages
  /** [rows] the picture of each row, as a row of `images`. */
  readonly imageOf: Int32Array
  /** The different captions. */
  readonly texts: readonly string[]
  /** [rows] the caption of each row, as an index of `texts`. */
  readonly textOf: Int32Array
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
 * Pairs of a picture and a caption each: picture i of `images` with `texts[i]`. Equal captions are one.
 *
 * @throws TypeError unless there are as many captions as pictures
 */
export function pairsOf(images: HostImages, texts: readonly string[]): Pairs {
  const [count] = images.shape
  if (texts.length !== count) {
    throw typeError('pairsOf', 'texts', `${count} texts, one a picture`, String(texts.length))
  }
  return { images, imageOf: Int32Array.from(texts, (_, row) => row), ...distinctTexts(texts) }
}

/** The different texts in order of first appearance, and which of them each row has. */
export function distinctTexts(texts: readonly string[]): Pick<Pairs, 'texts' | 'textOf'> {
  const indexOf = new Map<string, number>()
  const textOf = Int32Array.from(texts, text => {
    const known = indexOf.get(text)
    if (known !== undefined) return known
    indexOf.set(text, indexOf.size)
    return indexOf.size - 1
  })
  return { texts: [...indexOf.keys()], textOf }
}

/** The side of square colour pictures. @throws TypeError for others */
export function sideOf({ images: { shape } }: Pairs): number {
  const [, height, width, channels] = shape
  if (height === width && channels === 3) return height
  throw conflictError('clip', 'images', `pictures must be squares of three channels, got [${shape}]`)
}
