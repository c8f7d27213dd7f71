import type { RawPicture } from './decode-bmp.ts'

/**
 * A picture of the portable formats: P1 to P6, .pbm, .pgm and .ppm, of any depth; of several in a file the first.
 *
 * @throws Error for a header that is none, more pixels than maximumPixels, and bytes that end before the pixels
 * @see https://netpbm.sourceforge.net/doc/pnm.html
 */
export function decodePnm(bytes: Uint8Array, maximumPixels: number): RawPicture {
  const kind = bytes[1] - 0x30
  const bitmap = kind === 1 || kind === 4
  const plain = kind <= 3
  const read = reader(bytes, 2)
  const [width, height] = [read(), read()]
  const largest = bitmap ? 1 : read()
  if (!(width >= 1 && height >= 1 && width * height <= maximumPixels && largest >= 1 && largest < 65536)) {
    throw new Error(
      `a PNM of ${width} × ${height}, 0…${largest}; 1 to ${maximumPixels} pixels of 0…65535 are read`,
    )
  }
  const channels = kind === 3 || kind === 6 ? 3 : 1
  const from = read.at() + 1
  const size = largest > 255 ? 2 : 1
  const stride = bitmap ? Math.ceil(width / 8) : width * channels * size
  if (bytes.length - from < (plain ? width * height * channels : stride * height)) {
    throw new Error('a PNM that is truncated')
  }
  const value = (i: number): number => {
    if (plain) return bitmap ? read.digit() : read()
    if (!bitmap) return size === 1 ? bytes[from + i] : 256 * bytes[from + 2 * i] + bytes[from + 2 * i + 1]
    const [y, x] = [Math.floor(i / width), i % width]
    return (bytes[from + y * stride + (x >> 3)] >> (7 - (x & 7))) & 1
  }
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < data.length; i++) {
    const found = value(i)
    if (!(found <= largest)) throw new Error('a PNM that is truncated, or of values above its largest')
    // A set bit is black.
    data[i] = Math.round((255 * (bitmap ? 1 - found : found)) / largest)
  }
  return { width, height, channels, data }
}

/** Reads whole numbers of text, with white space and comments before them; NaN where there is none. */
function reader(bytes: Uint8Array, start: number) {
  let at = start
  const skip = () => {
    for (; at < bytes.length; at++) {
      if (bytes[at] === 0x23) while (at < bytes.length && bytes[at] !== 0x0a) at++
      else if (bytes[at] > 0x20) return
    }
  }
  const isDigit = () => bytes[at] >= 0x30 && bytes[at] <= 0x39
  const number = () => {
    skip()
    let value = isDigit() ? 0 : Number.NaN
    for (; isDigit(); at++) value = Math.min(10 * value + bytes[at] - 0x30, 2 ** 32)
    return value
  }
  /** One digit, which need not be apart from the next: the pixels of P1. */
  const digit = () => {
    skip()
    return isDigit() ? bytes[at++] - 0x30 : Number.NaN
  }
  return Object.assign(number, { digit, at: () => at })
}
