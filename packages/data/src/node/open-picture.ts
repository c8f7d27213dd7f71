import type { Sharp } from 'sharp'
import { decodeBmp, type RawPicture } from './decode-bmp.ts'
import { decodePnm } from './decode-pnm.ts'
import { loadSharp } from './load-sharp.ts'
import { tidyJpeg } from './tidy-jpeg.ts'
import { isTiff, tiffTag } from './tiff-tag.ts'

/**
 * Calls `work` with a picture, upright and in colours that mean something. What a decoder only warns of is no error: a
 * JPEG that makes it warn is tidied and tried once more, so that one cut short, or damaged, still fails.
 *
 * @throws Error of the decoder; for a TIFF of numbers without a range, such as heights
 */
export async function withPicture<T>(
  bytes: Uint8Array,
  maximumPixels: number,
  work: (picture: Sharp) => Promise<T>,
): Promise<T> {
  const kind = Buffer.from(bytes.subarray(0, 2)).toString('latin1')
  if (kind === 'BM') return work(ofRaw(decodeBmp(bytes, maximumPixels)))
  if (/^P[1-6]$/.test(kind)) return work(ofRaw(decodePnm(bytes, maximumPixels)))
  const open = (of: Uint8Array, failOn: 'warning' | 'error') =>
    loadSharp()(of, { limitInputPixels: maximumPixels, failOn }).rotate()
  if (isTiff(bytes)) return work(await ofTiff(bytes, () => open(bytes, 'error')))
  if (kind !== '\xff\xd8') return work(open(bytes, 'error'))
  try {
    return await work(open(bytes, 'warning'))
  } catch (error) {
    const tidied = tidyJpeg(bytes)
    if (tidied === undefined) throw error
    // A scan that ends too early is not told of by a decoder that shrinks: the whole is decoded once.
    await open(tidied, 'warning').raw().toBuffer()
    return await work(open(tidied, 'warning'))
  }
}

function ofRaw({ data, ...raw }: RawPicture): Sharp {
  return loadSharp()(data, { raw })
}

const extraSamples = 338
/** What the tag says of a band that is alpha, multiplied in or not; 0 is a band of which nothing is said. */
const alphaKinds = [1, 2]

async function ofTiff(bytes: Uint8Array, open: () => Sharp): Promise<Sharp> {
  const { depth, space, hasAlpha, channels } = await open().metadata()
  // CIE L*a*b* has a range of its own, in whatever numbers.
  if (!['uchar', 'ushort'].includes(depth) && !['lab', 'labs'].includes(space)) {
    throw new Error(
      `a TIFF of ${numbers[depth] ?? depth}, whose black and white no rule says; save it with 8 or 16 bits`,
    )
  }
  const extra = tiffTag(bytes, extraSamples) ?? []
  if (!hasAlpha || alphaKinds.includes(extra[0])) return open()
  // sharp takes any fourth band for alpha. Without resizing it is taken off before anything is laid on a background.
  const plain = open().toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' })
  const { data, info } = await plain.toBuffer({ resolveWithObject: true })
  if (info.channels === 1 || info.channels === 3) return ofRaw({ ...info, channels: info.channels, data })
  throw new Error(`a TIFF of ${channels} bands`)
}

const numbers: Readonly<Record<string, string>> = {
  char: '8 bits with sign',
  short: '16 bits with sign',
  uint: '32 bits',
  int: '32 bits with sign',
  float: 'floating-point numbers',
  double: 'floating-point numbers',
  complex: 'complex numbers',
  dpcomplex: 'complex numbers',
}
