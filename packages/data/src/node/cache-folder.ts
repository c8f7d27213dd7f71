import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../data-error.ts'
import { type OpenSegment, openSegment, type Segment, writeSegment } from './picture-segment.ts'

/** The segments of a folder that are of these settings, the newest first, by their files; damaged ones are dropped. */
export function openSegments(
  folder: string,
  settings: string,
  onNote: (sentence: string) => void,
): Map<string, OpenSegment> {
  const family = familyOf(settings)
  const found = filesOf(folder).filter(({ name }) => name.startsWith(`${family}-`))
  const opened = new Map<string, OpenSegment>()
  for (const { file } of found.sort((a, b) => b.used - a.used)) {
    try {
      const segment = openSegment(file)
      if (segment.settings === settings) opened.set(file, segment)
      else segment.close()
    } catch (error) {
      dropSegment(file, error, onNote)
    }
  }
  return opened
}

/** Says that a segment is of no use, and takes it away, so that it is said once. */
export function dropSegment(file: string, error: unknown, onNote: (sentence: string) => void): void {
  onNote(`${file} is dropped, as ${reasonOf(error)}; its pictures are decoded anew`)
  rmSync(file, { force: true })
}

/** Writes a segment into a folder, and drops what was used longest ago there until all take at most `maximumBytes`. */
export function keepSegment(
  folder: string,
  segment: Segment,
  { maximumBytes, onNote }: { readonly maximumBytes: number; readonly onNote: (sentence: string) => void },
): void {
  const contents = digest(segment.pictures.map(({ id, stamp }) => `${id}\0${stamp}`).join('\0'))
  const written = join(folder, `${familyOf(segment.settings)}-${contents}.pictures`)
  try {
    writeSegment(written, segment)
    const files = filesOf(folder).sort((a, b) => a.used - b.used)
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const { file, bytes } of files) {
      if (total <= maximumBytes || file === written) continue
      rmSync(file, { force: true })
      total -= bytes
    }
  } catch (error) {
    onNote(`${folder} cannot keep decoded pictures: ${reasonOf(error)}`)
  }
}

/** Notes that segments were used now; where that can't be noted they are as old as they were. */
export function touchSegments(files: Iterable<string>): void {
  const now = new Date()
  for (const file of files) {
    try {
      utimesSync(file, now, now)
    } catch {}
  }
}

/** The first half of a name says the settings, the second which pictures. */
const ofOurs = /^[0-9a-f]{16}-[0-9a-f]{16}\.pictures(\.\d+\.partial)?$/
/** What a process that was killed left half is older than any that is being written. */
const staleMilliseconds = 3_600_000

interface FoundFile {
  readonly name: string
  readonly file: string
  readonly bytes: number
  readonly used: number
}

/** The segments of a folder; none where it can't be read. Halves of long ago are removed. */
function filesOf(folder: string): FoundFile[] {
  try {
    return readdirSync(folder).flatMap(name => {
      if (!ofOurs.test(name)) return []
      const file = join(folder, name)
      const { size, mtimeMs } = statSync(file)
      if (!name.endsWith('.partial')) return [{ name, file, bytes: size, used: mtimeMs }]
      if (Date.now() - mtimeMs > staleMilliseconds) rmSync(file, { force: true })
      return []
    })
  } catch {
    return []
  }
}

const familyOf = (settings: string) => digest(settings)

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)
