import { isFrame } from '../jpeg-frame.ts'

/**
 * Width and height that a picture's header claims: PNG, JPEG, GIF, WebP, BMP. It is asked before decoding: a file of a few
 * bytes can claim any size.
 *
 * @param bytes the file's beginning; a JPEG's size may stand behind its metadata, 64 KiB a piece
 * @returns undefined when the bytes are of no such format, or end before the size
 *
 * @example
 * ```ts
 * import { pictureSize } from '@chiaro/data/browser'
 *
 * const gif = Uint8Array.of(...new TextEncoder().encode('GIF89a'), 64, 1, 240, 0)
 * console.log(pictureSize(gif)) // 320 × 240, by ten bytes
 * ```
 */
export function pictureSize(
  bytes: Uint8Array,
): { readonly width: number; readonly height: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const begins = (text: string, at = 0) =>
    bytes.length >= at + text.length && [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0))
  if (begins('\x89PNG\r\n\x1a\n') && begins('IHDR', 12) && bytes.length >= 24) {
    return { width: view.getUint32(16), height: view.getUint32(20) }
  }
  if ((begins('GIF87a') || begins('GIF89a')) && bytes.length >= 10) {
    return { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  }
  if (begins('RIFF') && begins('WEBP', 8) && bytes.length >= 30) return webpSize(view, begins)
  if (begins('BM') && bytes.length >= 26) {
    if (view.getUint32(14, true) === 12) {
      return { width: view.getUint16(18, true), height: Math.abs(view.getInt16(20, true)) }
    }
    return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) }
  }
  if (begins('\xff\xd8')) return jpegSize(view)
  return undefined
}

function webpSize(view: DataView, begins: (text: string, at: number) => boolean) {
  if (begins('VP8X', 12)) {
    const threeBytes = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65536
    return { width: threeBytes(24) + 1, height: threeBytes(27) + 1 }
  }
  if (begins('VP8L', 12)) {
    const bits = view.getUint32(21, true)
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (!begins('VP8 ', 12)) return undefined
  return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
}

/** The frame header has the size. */
function jpegSize(view: DataView) {
  let at = 2
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) {
      return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    } else at += 2 + Math.max(2, view.getUint16(at + 2))
  }
  return undefined
}
