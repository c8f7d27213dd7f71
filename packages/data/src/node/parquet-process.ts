import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { FileMetaData } from 'hyparquet'

/** Which part of a file is asked for: rows `from` to `to` of a row group. All ranges of a reader have the same columns. */
export interface ParquetRange {
  readonly columns: readonly string[]
  readonly group: number
  readonly from: number
  readonly to: number
}

/** A Parquet file that another process reads. Lists of numbers come as Float64Array. */
export interface ParquetReader {
  readonly metadata: () => Promise<FileMetaData>
  readonly rows: (range: ParquetRange) => Promise<Record<string, unknown>[]>
  readonly close: () => Promise<void>
}

/** The process's whole program: it answers the footer first, then a range for each message. */
const program = `
const [library, path] = process.argv.slice(1)
const answer = async work => {
  try {
    process.send({ value: await work() })
  } catch (error) {
    process.send({ problem: String(error && error.message) })
  }
}
const opened = import(library).then(async functions => {
  const file = await functions.asyncBufferFromFile(path)
  return { ...functions, file, metadata: await functions.parquetMetadataAsync(file) }
})
answer(async () => (await opened).metadata)
// A list of numbers crosses over as one block of bytes; number by number it takes ten times as long.
const packed = value =>
  Array.isArray(value) && value.every(item => typeof item === 'number') ? Float64Array.from(value) : value
const packedRow = row => {
  for (const name in row) row[name] = packed(row[name])
  return row
}
// Lists are decoded by whole row groups, so that a group is read once and then given away in pieces.
let held = {}
process.on('message', ({ columns, group, from, to }) => answer(async () => {
  const { file, metadata, parquetReadObjects } = await opened
  if (held.group !== group) {
    const sizes = metadata.row_groups.map(({ num_rows }) => Number(num_rows))
    const rowStart = sizes.slice(0, group).reduce((sum, size) => sum + size, 0)
    const rowEnd = rowStart + sizes[group]
    held = { group, rows: await parquetReadObjects({ file, metadata, columns, rowStart, rowEnd }) }
  }
  return held.rows.slice(from, to).map(packedRow)
}))
`

/**
 * Reads a Parquet file in a process of its own. The library believes the counts that a file's pages claim: some bytes can
 * keep it busy for hours, or have it grow an array until V8 ends the process, which takes a thread's program with it. A
 * process can be given up: it has a heap of 256 MiB and 16 times the file, and for each answer 5 s and one more per 50 kB
 * of the file.
 *
 * @param limit milliseconds an answer may take
 * @throws Error, from its methods, for what the library refuses, and when memory or time are used up
 */
export function parquetReader(path: string, bytes: number, limit = 5000 + bytes / 50): ParquetReader {
  const library = pathToFileURL(createRequire(import.meta.url).resolve('hyparquet')).href
  const heap = 256 + Math.ceil((16 * bytes) / 2 ** 20)
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, '-e', program, library, path], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
  })
  let failure: Error | undefined
  const gone = new Promise<void>(resolve => {
    child.on('error', error => {
      failure = error
      resolve()
    })
    child.on('exit', () => {
      failure ??= ended()
      resolve()
    })
  })
  const footer = answer<FileMetaData>(child, limit)
  footer.catch(() => undefined)
  return {
    metadata: () => footer,
    rows: range => {
      if (failure !== undefined) return Promise.reject(failure)
      const rows = answer<Record<string, unknown>[]>(child, limit)
      // That the process has gone is what the answer says.
      child.send(range, () => undefined)
      return rows
    },
    close: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}

function ended(): Error {
  return new Error('the process that reads it ended')
}

/** The process's next message, or why there is none. */
function answer<T>(child: ChildProcess, limit: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer)
      child.off('message', onMessage).off('error', onError).off('exit', onExit)
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
      child.kill('SIGKILL')
    }, limit)
    child.on('message', onMessage).on('error', onError).on('exit', onExit)
  })
}
