import { createRequire } from 'node:module'
import { ChiaroError } from '@chiaro/core'
import { type Abi, abiOf } from './abi.ts'

/** What is used of koffi; by its own types, whoever compiles against this package would need it. */
export interface Koffi {
  readonly version: string
  load(path: string): {
    symbol(name: string): unknown
    func(name: string, result: string, parameters: string[]): (...values: unknown[]) => number
  }
  address(pointer: unknown): bigint
}

/** The functions of MPI that are needed; each gives 0 when it has done its work. */
export interface Mpi {
  readonly abi: Abi
  /** As the library calls itself. */
  readonly library: string
  readonly rank: number
  readonly size: number
  /** Begins to send `values` to a rank; `request` is where the library notes it. */
  isend(values: Float32Array, to: number, request: Requests): void
  irecv(values: Float32Array, from: number, request: Requests): void
  /** Whether all have been done. */
  testAll(requests: Requests): boolean
  abort(code: number): void
  finalize(): void
}

/** Requests side by side, as wide as the library's handles. */
export type Requests = BigUint64Array | Int32Array

/** Memory that does not move: what V8 keeps within an object, as it does small arrays, does. */
export const stillFloats = (length: number): Float32Array => new Float32Array(new ArrayBuffer(4 * length))
const stillInteger = () => new Int32Array(new ArrayBuffer(4))

/**
 * koffi, by which C functions are called.
 *
 * @throws ChiaroError 'ranks' with the line that installs it
 */
export function loadKoffi(load: (name: string) => unknown = createRequire(import.meta.url)): Koffi {
  try {
    const module = load('koffi') as Koffi & { readonly default?: Koffi }
    return module.default ?? module
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new ChiaroError(
      'ranks',
      `openCommunicator: koffi, which calls MPI, can't be loaded; ${koffiInstalled} (${detail})`,
      undefined,
      { cause },
    )
  }
}

/**
 * Starts MPI, by the first of the libraries that is there.
 *
 * @throws ChiaroError 'ranks' when none is, or when MPI has been started in this process before
 */
export function startMpi(libraries: readonly string[], koffi: Koffi = loadKoffi()): Mpi {
  const { abi, call, version } = firstOf(koffi, libraries)
  const { handle, world, float, noStatuses } = abi
  const out = stillInteger()
  const number = (f: (...values: unknown[]) => void, ...values: unknown[]) => {
    f(...values, out)
    return out[0]
  }
  const begun = call('MPI_Initialized', 'void *')
  if (number(begun) !== 0) {
    throw new ChiaroError(
      'ranks',
      'openCommunicator: MPI can be started once in a process, got a second call; keep the first communicator',
    )
  }
  call('MPI_Init', 'void *', 'void *')(null, null)
  const message = ['void *', 'int', handle, 'int', 'int', handle, 'void *']
  const [isend, irecv] = [call('MPI_Isend', ...message), call('MPI_Irecv', ...message)]
  const testAll = call('MPI_Testall', 'int', 'void *', 'void *', 'uintptr_t')
  const abort = call('MPI_Abort', handle, 'int')
  return {
    abi,
    library: version(),
    rank: number(call('MPI_Comm_rank', handle, 'void *'), world),
    size: number(call('MPI_Comm_size', handle, 'void *'), world),
    isend: (values, to, request) => isend(values, values.length, float, to, 0, world, request),
    irecv: (values, from, request) => irecv(values, values.length, float, from, 0, world, request),
    testAll(requests) {
      testAll(requests.length, requests, out, noStatuses)
      return out[0] !== 0
    },
    abort: code => abort(world, code),
    finalize: call('MPI_Finalize'),
  }
}

/** A library of MPI that is loaded, and not started. */
export interface MpiLibrary {
  readonly path: string
  readonly abi: Abi
  /** As it calls itself; may be asked before it is started. */
  version(): string
  /** One of its functions. What it gives throws where its own gives another number than 0. */
  call(name: string, ...types: string[]): (...values: unknown[]) => void
}

/** @throws Error, of the system's, where it can't be loaded */
export function loadLibrary(koffi: Koffi, path: string): MpiLibrary {
  // UCX, by which MPICH sends, puts its own munmap, brk and the like in the place of the system's, for network cards that pin
  // memory; the threads of V8 and malloc call them too. Of 147 starts three crashed so, in malloc and in V8's allocator; of
  // 300 without none.
  process.env.UCX_MEM_EVENTS ??= 'n'
  const library = koffi.load(path)
  const abi = abiOf(path, symbol => {
    try {
      return Number(koffi.address(library.symbol(symbol)))
    } catch {
      return undefined
    }
  })
  const call: MpiLibrary['call'] = (name, ...types) => {
    const f = library.func(name, 'int', types)
    return (...values) => {
      const code = f(...values)
      if (code !== 0)
        throw new ChiaroError('ranks', `openCommunicator: ${name} of ${path} failed, code ${code}`)
    }
  }
  return {
    path,
    abi,
    call,
    version: () => libraryVersion(call('MPI_Get_library_version', 'void *', 'void *')),
  }
}

/** The lines that install a library with its launcher, on Debian. */
export const installed = {
  'Open MPI': 'apt-get install openmpi-bin libopenmpi3',
  MPICH: 'apt-get install mpich libmpich12',
} as const

/** The line that installs koffi. */
export const koffiInstalled = 'npm install koffi@^3.3.4'

function firstOf(koffi: Koffi, libraries: readonly string[]): MpiLibrary {
  const missing: string[] = []
  for (const path of libraries) {
    try {
      return loadLibrary(koffi, path)
    } catch (error) {
      missing.push(`${path} (${error instanceof Error ? error.message.split('\n')[0] : error})`)
    }
  }
  const install = `on Debian: ${Object.values(installed).join(', or ')}`
  throw new ChiaroError(
    'ranks',
    `openCommunicator: a library of MPI must be there, got none of ${missing.join(', ')}; ${install}`,
  )
}

function libraryVersion(ask: (...values: unknown[]) => void): string {
  const [text, length] = [new Uint8Array(new ArrayBuffer(8192)), stillInteger()]
  ask(text, length)
  const line = new TextDecoder().decode(text.subarray(0, length[0])).split('\n')[0]
  return line.replace(/\0.*$/, '').replace(/\s+/g, ' ').trim()
}
