import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkInteger } from '@chiaro/core'
import { dropSegment, keepSegment, openSegments, touchSegments } from './cache-folder.ts'
import type { DecodeSettings } from './decode-image.ts'
import { loadSharp } from './load-sharp.ts'
import type { SegmentPicture } from './picture-segment.ts'

/** A folder in which decoded pictures are kept for the next process. */
export interface PictureCache {
  readonly folder: string
  /**
   * What it may take in all, and one call at most half of it, so that two do not drive each other out; what was used
   * longest ago is dropped. Default 2²⁹ (512 MiB).
   */
  readonly maximumBytes?: number
  /** Is told, in a line, how many pictures came from it, what was damaged, and why nothing is kept. */
  readonly onNote?: (sentence: string) => void
}

export interface PictureCacheOption {
  /**
   * Where pictures decoded before are found and new ones kept: by path, size and times of the file, the options of
   * decoding and the decoder's version. Bad ones are not kept but tried anew. Default: nothing is kept.
   */
  readonly cache?: PictureCache
}

/** A cache at work. */
export interface OpenCache {
  /** Fills `into` with what is kept of a picture; where nothing is, `decode` does, and `into` is kept as it then is. */
  through(place: PicturePlace, into: Uint8Array, decode: () => Promise<void>): Promise<void>
  /** Writes what is new. Never throws: what can't be written is told. */
  readonly close: () => void
}

/** A file, or a byte in one. */
export interface PicturePlace {
  readonly file: string
  readonly offset?: number
}

/** To be raised whenever `decodeImage` gives other pixels for the same file and options. */
const decoding = 1

/**
 * Opens the cache for pictures of these settings, of `bytes` each. One that can't be read or written is told of, and
 * costs no more than the decoding.
 */
export function openPictureCache(
  where: string,
  cache: PictureCache | undefined,
  settings: DecodeSettings,
  bytes: number,
): OpenCache {
  if (cache === undefined) return { through: (_, __, decode) => decode(), close: () => {} }
  const { maximumBytes = 2 ** 29, onNote = () => {} } = cache
  checkInteger(where, { 'cache.maximumBytes': maximumBytes }, { least: 1 })
  const folder = resolve(cache.folder)
  const decider = JSON.stringify({ decoding, versions: loadSharp().versions, bytes, ...settings })
  const segments = openSegments(folder, decider, onNote)
  const fresh = new Map<string, SegmentPicture>()
  const used = new Set<string>()
  const stamps = new Map<string, Promise<string | undefined>>()
  let room = maximumBytes / 2
  let found = 0
  const filled = (id: string, stamp: string, into: Uint8Array): boolean => {
    const decoded = fresh.get(id)
    if (decoded?.stamp === stamp) {
      into.set(decoded.pixels)
      return true
    }
    for (const [file, segment] of segments) {
      try {
        if (!segment.read(id, stamp, into)) continue
        used.add(file)
        found += 1
        return true
      } catch (error) {
        segments.delete(file)
        segment.close()
        dropSegment(file, error, onNote)
      }
    }
    return false
  }
  return {
    async through({ file, offset }, into, decode) {
      const path = resolve(file)
      const stamped = stamps.get(path) ?? stampOf(path)
      stamps.set(path, stamped)
      const stamp = await stamped
      const id = offset === undefined ? path : `${path}#${offset}`
      if (stamp !== undefined && filled(id, stamp, into)) return
      await decode()
      if (stamp === undefined || room < 0) return
      room -= bytes
      if (room < 0) fresh.clear()
      else fresh.set(id, { id, stamp, pixels: into })
    },
    close() {
      for (const segment of segments.values()) segment.close()
      touchSegments(used)
      if (found > 0)
        onNote(`${found === 1 ? '1 picture' : `${found} pictures`} decoded before from ${folder}`)
      if (room < 0) {
        onNote(`${folder} keeps at most ${maximumBytes / 2} bytes at once, and not these pictures`)
      } else if (fresh.size > 0) {
        // In an order that does not depend on which was decoded first.
        const pictures = [...fresh.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
        keepSegment(folder, { settings: decider, bytes, pictures }, { maximumBytes, onNote })
      }
    },
  }
}

/** What tells a file from what it was or will be; undefined for what can't be read, of which the reader is to tell. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return `${size} ${mtimeNs} ${ctimeNs}`
  } catch {
    return undefined
  }
}
