import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/** Decoded pictures of one file of a cache, all of as many bytes. */
export interface Segment {
  /** What decided the pixels beside the picture. */
  readonly settings: string
  /** Bytes of one picture. */
  readonly bytes: number
  readonly pictures: readonly SegmentPicture[]
}

export interface SegmentPicture {
  readonly id: string
  /** What tells the picture's file from what it may become. */
  readonly stamp: string
  readonly pixels: Uint8Array
}

/** A segment that lies in a file, opened. */
export interface OpenSegment {
  readonly settings: string
  /** Fills `into` with the picture's pixels, where it is here under this stamp. @throws Error for pixels that are damaged */
  read(id: string, stamp: string, into: Uint8Array): boolean
  close(): void
}

const magic = 'chiaro pictures 1'
/** The first line: what the file is, how long the JSON behind it is, and its checksum. */
const firstLine = 64

/** Writes a segment in one go and without a turn of the event loop: a signal finds all of it or nothing. */
export function writeSegment(file: string, segment: Segment): void {
  const header = headerOf(segment)
  const line = `${magic} ${header.length} ${crc32(header)}`.padEnd(firstLine - 1)
  const partial = `${file}.${process.pid}.partial`
  mkdirSync(dirname(file), { recursive: true })
  try {
    const descriptor = openSync(partial, 'w')
    try {
      writeAll(descriptor, Buffer.from(`${line}\n`))
      writeAll(descriptor, header)
      for (const { pixels } of segment.pictures) writeAll(descriptor, pixels)
    } finally {
      closeSync(descriptor)
    }
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}

/** Opens a segment. @throws Error for a file that is none, or not whole */
export function openSegment(file: string): OpenSegment {
  const descriptor = openSync(file, 'r')
  try {
    const line = Buffer.alloc(firstLine)
    readSync(descriptor, line, 0, firstLine, 0)
    const [, length, checksum] =
      new RegExp(`^${magic} (\\d{1,10}) (\\d+) *\n$`).exec(line.toString('latin1')) ?? []
    if (length === undefined) throw new Error('it holds no pictures of this version')
    const { size } = fstatSync(descriptor)
    const start = firstLine + Number(length)
    if (start > size) throw new Error('it is cut short')
    const header = Buffer.alloc(Number(length))
    readSync(descriptor, header, 0, header.length, firstLine)
    if (crc32(header) !== Number(checksum)) throw new Error('its list of pictures is damaged')
    const { settings, bytes, pictures } = JSON.parse(header.toString()) as Header
    if (start + pictures.length * bytes !== size) throw new Error('it is cut short')
    const places = new Map(
      pictures.map(([id, stamp, sum], i) => [id, { stamp, sum, at: start + i * bytes }] as const),
    )
    return {
      settings,
      read(id, stamp, into) {
        const place = places.get(id)
        if (place === undefined || place.stamp !== stamp) return false
        if (bytes > 0) readSync(descriptor, into, 0, bytes, place.at)
        if (crc32(into) !== place.sum) throw new Error('its pixels are damaged')
        return true
      },
      close: () => closeSync(descriptor),
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

interface Header {
  readonly settings: string
  readonly bytes: number
  readonly pictures: readonly (readonly [id: string, stamp: string, checksum: number])[]
}

function headerOf({ settings, bytes, pictures }: Segment): Buffer {
  const listed = pictures.map(({ id, stamp, pixels }) => [id, stamp, crc32(pixels)])
  return Buffer.from(JSON.stringify({ settings, bytes, pictures: listed }))
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from)
}
