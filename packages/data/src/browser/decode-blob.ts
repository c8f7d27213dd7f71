import { ChiaroError, checkInteger, checkOneOf } from '@chiaro/core'
import { dataError, reasonOf } from '../data-error.ts'
import { luma } from '../luma.ts'
import { weightedSemaphore } from '../weighted-semaphore.ts'
import { pictureSize } from './picture-size.ts'

export interface DecodeBlobOptions {
  /** Height and width every picture is brought to, in pixels. */
  readonly size: readonly [height: number, width: number]
  /** 3: sRGB; 1: grey, 0.299 R + 0.587 G + 0.114 B. Default 3. */
  readonly channels?: 1 | 3
  /**
   * 'contain' keeps the whole picture and its proportions and fills the rest with the background, 'cover' keeps the
   * proportions and crops what is too much at the sides, 'fill' stretches. Default 'contain'.
   */
  readonly fit?: 'contain' | 'cover' | 'fill'
  /** What transparent pixels lie on and 'contain' fills up with: a CSS colour. Default white. */
  readonly background?: string
  /** A picture of more pixels is refused by its header, before it is decoded. Default 2²⁶. */
  readonly maximumPixels?: number
  /** What errors call it. Default the file's name. */
  readonly name?: string
}

/** How much of a file is read for its size: behind this a JPEG's metadata is no longer searched. */
const headerBytes = 2 ** 20

/** Pixels that are decoded at a time, of 4 bytes: pictures from cameras one or two, small ones many. */
const pixelsTogether = 2 ** 25

/**
 * Decodes a picture (PNG, JPEG, WebP, BMP, GIF: its first frame) with the browser's own decoder, upright and resized by its
 * canvas. Browsers resize each in their own way: the bytes are like those of `decodeImage` in Node, not equal.
 *
 * @param blob a File, or any Blob; errors call it by its name
 * @returns [height, width, channels] bytes, row-major
 * @throws ChiaroError ('data') that names the file: not to be read, another format, more pixels than maximumPixels,
 *   undecodable; RangeError for an option outside its domain
 * @see `loadBlobs` for an example
 */
export async function decodeBlob(blob: Blob, options: DecodeBlobOptions): Promise<Uint8Array> {
  return blobDecoder('decodeBlob', options)(blob, options.name)
}

/** `decodeBlob` for many pictures at once: those that are being decoded have no more pixels than memory bears. */
export function blobDecoder(
  where: string,
  options: DecodeBlobOptions,
): (blob: Blob, name?: string) => Promise<Uint8Array> {
  const { size, channels = 3, fit = 'contain', background = '#ffffff', maximumPixels = 2 ** 26 } = options
  const within = weightedSemaphore(pixelsTogether)
  return async (blob, file = nameOf(blob)) => {
    checkInteger(where, { size, maximumPixels }, { least: 1 })
    checkOneOf(where, { channels }, [1, 3])
    checkOneOf(where, { fit }, ['contain', 'cover', 'fill'])
    const pixels = await claimedPixels(where, blob, file, maximumPixels)
    return within(pixels, async () => {
      const rgba = await drawn(where, blob, file, { size, fit, background })
      return channels === 1 ? luma(rgba, 4) : withoutAlpha(rgba)
    })
  }
}

/** How many pixels a picture's header claims. @throws ChiaroError ('data') for none, and for more than are decoded */
async function claimedPixels(
  where: string,
  blob: Blob,
  file: string,
  maximumPixels: number,
): Promise<number> {
  const header = await blob.slice(0, headerBytes).arrayBuffer().catch(unreadable(where, file))
  const claimed = pictureSize(new Uint8Array(header))
  if (claimed === undefined)
    throw dataError(where, { file }, 'must be PNG, JPEG, WebP, GIF or BMP, got other bytes')
  const { width, height } = claimed
  if (width * height <= maximumPixels) return width * height
  throw dataError(where, { file }, `must have at most ${maximumPixels} pixels, got ${width} × ${height}`)
}

/** Throws why a file can't be read: it was moved, or may not be. */
export const unreadable = (where: string, file: string) => (cause: unknown) => {
  throw dataError(where, { file }, `must be a file that can be read, got ${reasonOf(cause)}`, { cause })
}

async function drawn(
  where: string,
  blob: Blob,
  file: string,
  { size, fit, background }: Required<Pick<DecodeBlobOptions, 'size' | 'fit' | 'background'>>,
): Promise<Uint8ClampedArray> {
  const [height, width] = size
  try {
    const bitmap = await createImageBitmap(blob, { imageOrientation: 'from-image' })
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
    if (context === null)
      throw new ChiaroError('backend', `${where}: the browser must have a canvas, got none`)
    context.fillStyle = background
    context.fillRect(0, 0, width, height)
    context.imageSmoothingQuality = 'high'
    const place = placeOf([bitmap.height, bitmap.width], size, fit)
    context.drawImage(bitmap, place.left, place.top, place.width, place.height)
    bitmap.close()
    return context.getImageData(0, 0, width, height).data
  } catch (cause) {
    if (cause instanceof ChiaroError) throw cause
    const problem = `must be a picture that can be decoded, got ${reasonOf(cause)}`
    throw dataError(where, { file }, problem, { cause })
  }
}

/** What errors call a blob. */
export function nameOf(blob: Blob): string {
  return 'name' in blob ? String(blob.name) : 'the picture'
}

/** Where a picture lies on the canvas, in its middle. */
export function placeOf(
  [fromHeight, fromWidth]: readonly [number, number],
  [height, width]: readonly [number, number],
  fit: 'contain' | 'cover' | 'fill',
): { readonly left: number; readonly top: number; readonly width: number; readonly height: number } {
  if (fit === 'fill') return { left: 0, top: 0, width, height }
  const scales = [height / fromHeight, width / fromWidth] as const
  const scale = fit === 'contain' ? Math.min(...scales) : Math.max(...scales)
  const [wide, high] = [fromWidth * scale, fromHeight * scale]
  return { left: (width - wide) / 2, top: (height - high) / 2, width: wide, height: high }
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const out = new Uint8Array((rgba.length / 4) * 3)
  for (let at = 0, from = 0; at < out.length; at += 3, from += 4) out.set(rgba.subarray(from, from + 3), at)
  return out
}
