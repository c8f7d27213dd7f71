import { ChiaroError, checkInteger, joined, typeError } from '@chiaro/core'

/** What every rank does at the same place of its program. */
export type Collective = 'allGather' | 'exchange' | 'sum' | 'broadcast' | 'close'

/** What carries numbers between ranks. */
export interface Transport {
  /** 0 … size − 1. */
  readonly rank: number
  readonly size: number
  /**
   * Gives part r to rank r, and gets the part that each rank has for this one, in the order of ranks. Every rank calls it,
   * with the same `collective` and `agreed`; the parts may differ in length.
   *
   * @throws ChiaroError 'ranks' on every rank when they don't agree
   */
  exchange(collective: Collective, agreed: number, parts: readonly Float32Array[]): Float32Array[]
  /** Ends the program on every rank. */
  abort(code: number): never
  close(): void
}

/** Ranks that work together. Every call but `abort` is made by all of them, at the same place of their programs. */
export interface Communicator {
  /** 0 … size − 1. */
  readonly rank: number
  readonly size: number
  /** The library that carries numbers, as it calls itself; 'none' for a single rank. */
  readonly library: string
  /** How that library names things in its binary interface; 'none' for a single rank. */
  readonly abi: 'open-mpi' | 'mpich' | 'standard' | 'none'
  /** The arrays of all ranks, in the order of ranks; their lengths may differ. */
  allGather(values: Float32Array): Float32Array[]
  /** Gives part r to rank r, and gets the part that each rank has for this one, in the order of ranks. */
  exchange(parts: readonly Float32Array[]): Float32Array[]
  /**
   * Sums of arrays of one length, in float64 and in the order of ranks, rounded once: the same bits on every rank and by
   * every library.
   */
  sum(values: Float32Array): Float32Array
  /** The array of one rank, by default the first. */
  broadcast(values: Float32Array, from?: number): Float32Array
  /** Seconds that this rank has been in calls until now: while it waits for others, and for what they send. */
  waited(): number
  /** Ends the program on every rank with this exit code. */
  abort(code: number): never
  /** To be called once at the end, by all; a rank that ends without it ends the others. */
  close(): void
}

/** Up to so many numbers, every rank has all and adds for itself: one exchange in place of two. */
const fewNumbers = 4096

/** The communicator over a transport. */
export function communicatorOver(
  transport: Transport,
  { library, abi }: Pick<Communicator, 'library' | 'abi'>,
): Communicator {
  const { rank, size } = transport
  let waited = 0
  const exchange: Transport['exchange'] = (...call) => {
    const began = performance.now()
    try {
      return transport.exchange(...call)
    } finally {
      waited += (performance.now() - began) / 1000
    }
  }
  const gather = (collective: Collective, agreed: number, values: Float32Array) =>
    exchange(collective, agreed, Array<Float32Array>(size).fill(values))
  return {
    ...{ rank, size, library, abi },
    allGather(values) {
      checkFloats('allGather', { values })
      return gather('allGather', 0, values)
    },
    exchange(parts) {
      if (parts.length !== size) {
        throw typeError('exchange', 'parts', `${size}, one a rank`, String(parts.length))
      }
      checkFloats('exchange', Object.fromEntries(parts.map((part, r) => [`parts[${r}]`, part])))
      return exchange('exchange', 0, parts)
    },
    sum(values) {
      checkFloats('sum', { values })
      if (size === 1) return Float32Array.from(values)
      const { length } = values
      if (length <= fewNumbers) return inOrder(gather('sum', length, values))
      const each = Math.ceil(length / size)
      const parts = Array.from({ length: size }, (_, r) => values.subarray(r * each, (r + 1) * each))
      return joined(gather('sum', length, inOrder(exchange('sum', length, parts))))
    },
    broadcast(values, from = 0) {
      checkFloats('broadcast', { values })
      checkInteger('broadcast', { from }, { least: 0, below: size })
      const given = rank === from ? values : new Float32Array(0)
      return gather('broadcast', from, given)[from]
    },
    waited: () => waited,
    abort: code => transport.abort(code),
    close: () => transport.close(),
  }
}

/** A single rank, alone. */
export function oneRank(): Communicator {
  const transport: Transport = {
    ...{ rank: 0, size: 1 },
    exchange: (_collective, _agreed, [part]) => [Float32Array.from(part)],
    abort: code => process.exit(code),
    close: () => {},
  }
  return communicatorOver(transport, { library: 'none', abi: 'none' })
}

/** What a rank says of a call before its numbers, and what all of them must say alike. */
export interface Announced {
  /** Which of the rank's calls it is, from 1. */
  readonly call: number
  readonly collective: Collective
  readonly agreed: number
}

/** @throws ChiaroError 'ranks' that names the first rank that does something else */
export function checkAgreement(own: Announced, all: readonly Announced[]): void {
  const worded = ({ call, collective, agreed }: Announced) =>
    `${collective}${agreed === 0 ? '' : ` (${agreed})`} at its call ${call}`
  const other = all.findIndex(one => worded(one) !== worded(own))
  if (other < 0) return
  throw new ChiaroError(
    'ranks',
    `${own.collective}: every rank must do the same, got ${worded(all[other])} from rank ${other} and ${worded(own)} here`,
  )
}

function inOrder(parts: readonly Float32Array[]): Float32Array {
  const sums = Float64Array.from(parts[0])
  for (const part of parts.slice(1)) for (let i = 0; i < sums.length; i++) sums[i] += part[i]
  return Float32Array.from(sums)
}

function checkFloats(where: string, values: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(values)) {
    if (value instanceof Float32Array) continue
    throw typeError(where, argument, 'a Float32Array', Object.prototype.toString.call(value).slice(8, -1))
  }
}
