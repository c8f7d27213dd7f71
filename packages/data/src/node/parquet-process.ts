import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** What a process is asked: a file's footer, or rows of the file it was asked about last. */
export type ParquetQuestion =
  | { readonly open: string }
  | {
      readonly columns: readonly string[]
      readonly group: number
      readonly from: number
      readonly to: number
      readonly bytes?: boolean
    }
  | { readonly rest: true }

/** A process that reads one Parquet file after the other. */
export interface ParquetProcess {
  /** MiB that its values may take. */
  readonly heap: number
  /** @throws Error for what the library refuses, and when `limit` milliseconds, or the process, are over */
  readonly ask: <T>(question: ParquetQuestion, limit: number) => Promise<T>
  /** Whether it has neither ended nor been given up. */
  readonly alive: () => boolean
  /** Whether the program is kept running for its sake. */
  readonly hold: (held: boolean) => void
  readonly end: () => Promise<void>
}

/** The process's whole program: one answer for each message, in their order. */
const program = `
const [library, codecs] = process.argv.slice(1)
const functions = import(library)
let opened
// Lists are decoded by whole row groups, so that a group is read once and then given away in pieces.
let held = {}
const open = async path => {
  const { asyncBufferFromFile, parquetMetadataAsync } = await functions
  held = {}
  opened = undefined
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  opened = { file, metadata, compressors: await compressorsFor(metadata) }
  return metadata
}
const largestPage = 2 ** 29
const compressorsFor = async ({ row_groups }) => {
  const named = row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data?.codec))
  if (named.every(codec => codec === undefined || codec === 'UNCOMPRESSED')) return undefined
  const { compressors } = await import(codecs)
  const bounded = decompress => (bytes, size) => {
    if (size > largestPage) throw new Error('a page of ' + size + ' bytes')
    return decompress(bytes, size)
  }
  return Object.fromEntries(Object.entries(compressors).map(([codec, decompress]) => [codec, bounded(decompress)]))
}
// A list of numbers crosses over as one block of bytes; number by number it takes ten times as long.
const isNumber = item => typeof item === 'number' || typeof item === 'bigint'
const packed = value => (Array.isArray(value) && value.every(isNumber) ? Float64Array.from(value, Number) : value)
const rows = async ({ columns, group, from, to, bytes = false }) => {
  const { file, metadata, compressors } = opened
  if (held.group !== group) {
    const sizes = metadata.row_groups.map(({ num_rows }) => Number(num_rows))
    const rowStart = sizes.slice(0, group).reduce((sum, size) => sum + size, 0)
    const rowEnd = rowStart + sizes[group]
    const { parquetReadObjects } = await functions
    const read = []
    // One after the other: where one fails, none is still being read when the next file comes.
    for (const name of columns) {
      const range = { columns: [name], rowStart, rowEnd }
      read.push(await parquetReadObjects({ file, metadata, compressors, utf8: !bytes, ...range }))
    }
    held = { group, read }
  }
  const counts = new Set(held.read.map(({ length }) => length))
  if (counts.size > 1) throw new Error('columns of ' + [...counts].join(' and ') + ' rows')
  const row = at => Object.fromEntries(columns.map((name, i) => [name, packed(held.read[i][at][name])]))
  const end = Math.min(to, held.read[0].length)
  return Array.from({ length: Math.max(0, end - from) }, (_, i) => row(from + i))
}
const answer = async message => {
  if (message.open !== undefined) return open(message.open)
  if (message.rest === undefined) return rows(message)
  held = {}
  opened = undefined
}
process.on('message', async message => {
  try {
    process.send({ value: await answer(message) })
  } catch (error) {
    process.send({ problem: String(error && error.message) })
  }
})
`

/** Starts a process; that it could not is what its first answer says. */
export function startParquetProcess(heap: number): ParquetProcess {
  const require = createRequire(import.meta.url)
  const libraries = [require.resolve('hyparquet'), require.resolve('hyparquet-compressors')].map(
    file => pathToFileURL(file).href,
  )
  const child = spawn(process.execPath, [`--max-old-space-size=${heap}`, '-e', program, ...libraries], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, NODE_OPTIONS: '', ELECTRON_RUN_AS_NODE: '1' },
  })
  let failure: Error | undefined
  // Answers have no names: a question waits for the answer to the one before.
  let last: Promise<unknown> = Promise.resolve()
  const gone = new Promise<void>(resolve => {
    const fail = (error: Error) => {
      failure ??= error
      resolve()
    }
    child.on('error', fail)
    child.on('exit', () => fail(ended()))
  })
  return {
    heap,
    ask: <T>(question: ParquetQuestion, limit: number) => {
      const reply = last.then(() => {
        if (failure !== undefined) throw failure
        const reply = answer<T>(child, limit)
        // That the process has gone is what the answer says.
        child.send(question, () => undefined)
        return reply
      })
      last = reply.catch(() => undefined)
      return reply
    },
    alive: () => failure === undefined && !child.killed,
    hold: held => {
      if (held) {
        child.ref()
        child.channel?.ref()
      } else {
        child.unref()
        child.channel?.unref()
      }
    },
    end: async () => {
      child.kill('SIGKILL')
      await gone
    },
  }
}

export function ended(): Error {
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
