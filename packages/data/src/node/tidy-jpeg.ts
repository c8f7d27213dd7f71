import { isFrame } from '../jpeg-frame.ts'

/** Which of the 64 coefficients of each component have come in full. */
type Coverage = Map<number, Uint8Array>

/**
 * A JPEG without the faults that decoders warn of though every block is there: bytes between two segments, a JFIF
 * version that is none, a sequential scan that says not to be of all coefficients (firmware of Samsung), bytes behind
 * the end or no end. What lies within the scans stays as it is.
 *
 * @returns undefined when the bytes are no JPEG, or end in the middle: before every coefficient of a progressive one
 *   has come, or within a segment
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf annex B
 */
export function tidyJpeg(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined
  const parts = [bytes.subarray(0, 2)]
  const coverage: Coverage = new Map()
  let sequential = false
  for (let at = nextMarker(bytes, 2); at < bytes.length; at = nextMarker(bytes, at)) {
    const marker = bytes[at + 1]
    if (marker === 0xd9) return Buffer.concat([...parts, end])
    const length = 256 * bytes[at + 2] + bytes[at + 3]
    if (!(length >= 2 && at + 2 + length <= bytes.length)) return undefined
    const segment = Uint8Array.from(bytes.subarray(at, at + 2 + length))
    parts.push(segment)
    at += segment.length
    if (marker === 0xe0 && Buffer.from(segment.subarray(4, 9)).toString('latin1') === 'JFIF\0') segment[9] = 1
    else if (isFrame(marker)) {
      sequential = marker < 0xc2
      for (let i = 10; i < segment.length; i += 3) coverage.set(segment[i], new Uint8Array(64))
    } else if (marker === 0xda) {
      if (sequential) segment.set([0, 63, 0], segment.length - 3)
      cover(coverage, segment)
      const behind = endOfScan(bytes, at)
      parts.push(bytes.subarray(at, behind))
      at = behind
    }
  }
  const whole = coverage.size > 0 && [...coverage.values()].every(found => found.every(Boolean))
  return whole ? Buffer.concat([...parts, end]) : undefined
}

const end = Uint8Array.of(0xff, 0xd9)

/** Where the next segment begins, whatever lies before it; the length where there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] >= 0xc0 && bytes[at + 1] < 0xff && !isRestart(bytes[at + 1]))
      return at
  }
  return bytes.length
}

/** Where a scan's coded data end: in them FF is followed by 00, or by a restart's number. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const [code, next] = [bytes[at], bytes[at + 1]]
    if (code === 0xff && next !== 0x00 && next !== 0xff && !isRestart(next)) return at
  }
  return bytes.length
}

const isRestart = (marker: number) => marker >= 0xd0 && marker <= 0xd7

/** Notes which coefficients a scan brings to their last bit. */
function cover(coverage: Coverage, scan: Uint8Array): void {
  const [first, last, bits] = scan.subarray(scan.length - 3)
  if ((bits & 15) !== 0) return
  for (let i = 0; i < scan[4]; i++) coverage.get(scan[5 + 2 * i])?.fill(1, first, last + 1)
}
