import type { FileMetaData } from 'hyparquet'
import { ended, type ParquetProcess, type ParquetQuestion, startParquetProcess } from './parquet-process.ts'

/**
 * Which part of a file is asked for: rows `from` to `to` of a row group. All ranges of a reader have the same columns, and are
 * read alike.
 */
export interface ParquetRange {
  readonly columns: readonly string[]
  readonly group: number
  readonly from: number
  readonly to: number
  /** Whether bytes of which the schema says nothing stay bytes; otherwise they are taken for UTF-8. */
  readonly bytes?: boolean
}

/** A Parquet file that another process reads. Lists of numbers come as Float64Array. */
export interface ParquetReader {
  readonly metadata: () => Promise<FileMetaData>
  readonly rows: (range: ParquetRange) => Promise<Record<string, unknown>[]>
  readonly close: () => Promise<void>
}

/** How long a process waits for its next file, and for its answer that it is done with the last one, in milliseconds. */
const patience = { idle: 2000, rest: 1000 }

/** The process that has read a file and waits for the next one. */
let waiting: { readonly process: ParquetProcess; readonly timer: NodeJS.Timeout } | undefined

/**
 * Reads a Parquet file in another process. The library believes the counts that a file's pages claim: some bytes can keep
 * it busy for hours, or have it grow an array until V8 ends the process, which takes a thread's program with it. A process
 * can be given up: it has a heap of 256 MiB and 16 times the file (twice that at most), and for each answer 5 s and one
 * more per 50 kB of the file. A process that gave every answer in time reads the next file; another is replaced.
 *
 * @param limit milliseconds an answer may take
 * @throws Error, from its methods, for what the library refuses, and when memory or time are used up
 */
export function parquetReader(path: string, bytes: number, limit = 5000 + bytes / 50): ParquetReader {
  const reading = takeProcess(256 + Math.ceil((16 * bytes) / 2 ** 20))
  let closed = false
  const ask = <T>(question: ParquetQuestion) =>
    closed ? Promise.reject(ended()) : reading.ask<T>(question, limit)
  const footer = ask<FileMetaData>({ open: path })
  footer.catch(() => undefined)
  return {
    metadata: () => footer,
    rows: range => footer.then(() => ask(range)),
    close: async () => {
      if (closed) return
      closed = true
      await leaveProcess(reading)
    },
  }
}

function takeProcess(heap: number): ParquetProcess {
  const found = waiting
  if (
    found === undefined ||
    !found.process.alive() ||
    found.process.heap < heap ||
    found.process.heap > 2 * heap
  ) {
    return startParquetProcess(heap)
  }
  waiting = undefined
  clearTimeout(found.timer)
  found.process.hold(true)
  return found.process
}

/** Keeps a process for the next file if it has come to rest and none is kept. */
async function leaveProcess(process: ParquetProcess): Promise<void> {
  const rested = await process.ask({ rest: true }, patience.rest).then(
    () => true,
    () => false,
  )
  if (!rested || !process.alive() || waiting?.process.alive()) return process.end()
  process.hold(false)
  const timer = setTimeout(() => {
    if (waiting?.process === process) waiting = undefined
    process.end()
  }, patience.idle)
  timer.unref()
  waiting = { process, timer }
}
