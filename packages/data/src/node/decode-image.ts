import { checkInteger, checkLength, checkOneOf, described, rangeError } from '@chiaro/core'
import { dataError, type Origin, reasonOf } from '../data-error.ts'
import { luma } from '../luma.ts'
import { loadSharp } from './load-sharp.ts'
import { withPicture } from './open-picture.ts'
import { readBytes } from './read-file.ts'

/** A picture file, alone or as a table's row has it (a `Pair`, a `ListedImage`). */
export type ImageSource = string | { readonly image: string; readonly file?: string; readonly row?: number }

export interface DecodeOptions {
  /** Height and width every picture is brought to, in pixels. */
  readonly size: readonly [height: number, width: number]
  /** 3: sRGB; 1: grey, 0.299 R + 0.587 G + 0.114 B; 4: sRGB with its alpha, not laid on the background. Default 3. */
  readonly channels?: 1 | 3 | 4
  /**
   * 'contain' keeps the whole picture and its proportions and fills the rest with the background, 'cover' keeps the
   * proportions and crops what is too much at the sides, 'fill' stretches. Default 'contain'.
   */
  readonly fit?: 'contain' | 'cover' | 'fill'
  /** What transparent pixels lie on and 'contain' fills up with: a CSS colour. Default white. */
  readonly background?: string
  /** A picture of more pixels is refused before it is decoded: a file of a few bytes can claim any size. Default 2²⁶. */
  readonly maximumPixels?: number
  /** A file of more bytes is refused before it is read. Default 2²⁸ (256 MiB). */
  readonly maximumFileBytes?: number
}

/** The options with their defaults. */
export interface DecodeSettings extends Required<DecodeOptions> {}

/**
 * Decodes a picture in any format `sharp` reads (PNG, JPEG, WebP, GIF, AVIF, TIFF, SVG; of an animation the first
 * frame), BMP or PNM, whatever its name, turned upright by its EXIF orientation, resized by Lanczos filters. Of a TIFF
 * a band more than its colours is alpha only where the file says so.
 *
 * A JPEG much larger than `size` is shrunk by up to 8 while it is decoded; that it was cut and closed again (by an end of
 * image) is then not seen within the last 8 rows of the shrunk one. To see it would take a second decoding.
 *
 * @param source a file, a table's row, or the file's bytes
 * @returns [height, width, channels] bytes, row-major
 * @throws ChiaroError ('data') that names file and row when the picture can't be read, is empty, truncated, corrupt,
 *   no picture, a TIFF of other numbers than 8 or 16 bits, or above maximumPixels or maximumFileBytes; RangeError for an option outside its domain
 *
 * @example
 * ```ts
 * import { decodeImage } from '@chiaro/data/node'
 *
 * const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="4"><rect width="8" height="4"/></svg>'
 * const options = { size: [8, 8], channels: 1, background: 'white' } as const
 * const grey = await decodeImage(new TextEncoder().encode(svg), options)
 * console.log(grey[0], grey[32]) // 255 above and below, 0 in the middle: 'contain' keeps proportions
 * ```
 */
export async function decodeImage(
  source: ImageSource | Uint8Array,
  options: DecodeOptions,
): Promise<Uint8Array> {
  return decodeChecked('decodeImage', source, checkedDecode('decodeImage', options))
}

/** Refuses options outside their domain; fills in the defaults. */
export function checkedDecode(where: string, options: DecodeOptions): DecodeSettings {
  const {
    size,
    channels = 3,
    fit = 'contain',
    background = '#ffffff',
    maximumPixels = 2 ** 26,
    maximumFileBytes = 2 ** 28,
  } = options
  checkLength(where, { size }, { exactly: 2 })
  checkInteger(where, { size, maximumPixels, maximumFileBytes }, { least: 1 })
  checkOneOf(where, { channels }, [1, 3, 4])
  checkOneOf(where, { fit }, ['contain', 'cover', 'fill'])
  const sharp = loadSharp()
  try {
    sharp({ create: { width: 1, height: 1, channels: 3, background } })
  } catch {
    throw rangeError(where, 'background', 'a CSS colour', described(background))
  }
  return { size, channels, fit, background, maximumPixels, maximumFileBytes }
}

/** `decodeImage` in the name of `where`, with options that were checked. */
export async function decodeChecked(
  where: string,
  source: ImageSource | Uint8Array,
  settings: DecodeSettings,
): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return decodeBytes(where, source, 'the picture', undefined, settings)
  const { image, file = image, row } = typeof source === 'string' ? { image: source } : source
  const origin = { file, row }
  const bytes = await readBytes(where, image, origin, settings.maximumFileBytes)
  return decodeBytes(where, bytes, image, origin, settings)
}

/** `decodeImage` of bytes, whose errors speak of `name` at `origin`. */
export async function decodeBytes(
  where: string,
  bytes: Uint8Array,
  name: string,
  origin: Origin | undefined,
  { size, channels, fit, background, maximumPixels }: DecodeSettings,
): Promise<Uint8Array> {
  if (bytes.length === 0) throw dataError(where, origin, `${name} must be a picture, got an empty file`)
  const [height, width] = size
  try {
    return await withPicture(bytes, maximumPixels, async picture => {
      const resized = picture.toColourspace('srgb').resize({ width, height, fit, background })
      const laid = channels === 4 ? resized.ensureAlpha() : resized.flatten({ background })
      const { data, info } = await laid.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
      if (info.channels !== Math.max(channels, 3)) throw new Error(`${info.channels} channels after decoding`)
      return channels === 1 ? luma(data, 3) : data
    })
  } catch (error) {
    const problem = `${name} must be a picture that can be decoded, got ${reasonOf(error)}`
    throw dataError(where, origin, problem, { cause: error })
  }
}
