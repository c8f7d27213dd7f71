import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FileMetaData } from 'hyparquet'

/** Which part of a file is asked for: rows `from` to `to` of a row group. All ranges of a reader have the same columns. */
export interface ParquetRange {
  readonly columns: readonly string[]
  readonly group: number
  readonly from: number
  readonly to: number
}

/** A Parquet file that another thread reads. */
export interface ParquetReader {
  readonly metadata: () => Promise<FileMetaData>
  readonly rows: (range: ParquetRange) => Promise<Record<string, unknown>[]>
  readonly close: () => Promise<void>
}

/** The thread's whole program: it answers the footer first, then a range for each message. */
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const answer = async work => {
  try {
    parentPort.postMessage({ value: await work() })
  } catch (error) {
    parentPort.postMessage({ problem: String(error && error.message) })
  }
}
const opened = import(workerData.library).then(async library => {
  const file = await library.asyncBufferFromFile(workerData.path)
  return { ...library, file, metadata: await library.parquetMetadataAsync(file) }
})
answer(async () => (await opened).metadata)
// Lists are decoded by whole row groups, so that a group is read once and then given away in pieces.
let held = {}
parentPort.on('message', ({ columns, group, from, to }) => answer(async () => {
  const { file, metadata, parquetReadObjects } = await opened
  if (held.group !== group) {
    const sizes = metadata.row_groups.map(({ num_rows }) => Number(num_rows))
    const rowStart = sizes.slice(0, group).reduce((sum, size) => sum + size, 0)
    const rowEnd = rowStart + sizes[group]
    held = { group, rows: await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd }) }
  }
  return held.rows.slice(from, to)
}))
`

/**
 * Reads a Parquet file in a thread of its own. The library believes the counts that a file's pages claim: some bytes can
 * ask for arrays of any length, or keep it busy for hours. A thread can be given up: it has a heap of 256 MiB and
 * 16 times the file, and for each answer 5 s and one more per 50 kB of the file.
 *
 * @param limit milliseconds an answer may take
 * @throws Error, from its methods, for what the library refuses, and when memory or time are used up
 */
export function parquetReader(path: string, bytes: number, limit = 5000 + bytes / 50): ParquetReader {
  const library = pathToFileURL(createRequire(import.meta.url).resolve('hyparquet')).href
  // Low enough for a small file that the heap is full before one array is too large, which would end the process.
  const maxOldGenerationSizeMb = 256 + Math.ceil((16 * bytes) / 2 ** 20)
  const worker = new Worker(program, {
    eval: true,
    workerData: { path, library },
    resourceLimits: { maxOldGenerationSizeMb },
  })
  let failure: Error | undefined
  const footer = answer<FileMetaData>(worker, limit)
  worker.on('error', error => {
    failure = error
  })
  worker.on('exit', () => {
    failure ??= ended()
  })
  footer.catch(() => undefined)
  return {
    metadata: () => footer,
    rows: range => {
      if (failure !== undefined) return Promise.reject(failure)
      const rows = answer<Record<string, unknown>[]>(worker, limit)
      worker.postMessage(range)
      return rows
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

function ended(): Error {
  return new Error('the thread that reads it ended')
}

/** The thread's next message, or why there is none. */
function answer<T>(worker: Worker, limit: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      act()
    }
    const onMessage = (message: { readonly value: T; readonly problem?: string }) =>
      settle(() =>
        message.problem === undefined ? resolve(message.value) : reject(new Error(message.problem)),
      )
    const onError = (error: Error) => settle(() => reject(error))
    const onExit = () => onError(ended())
    const timer = setTimeout(() => {
      onError(new Error(`no answer within ${Math.round(limit / 1000)} s`))
      void worker.terminate()
    }, limit)
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
