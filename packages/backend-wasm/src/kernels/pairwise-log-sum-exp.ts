import {
  PairwiseLogSumExp,
  type PairwiseLogSumExpAttributes,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpInputs,
} from '@chiaro/ops'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import { dropTiles, keepTiles, keptTiles, type TileOrigin } from '../kept-tiles.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { runCalls, threadsFor } from '../threads/run-calls.ts'

/** Sizes, addresses (0 for an input that is missing), and the arguments that say which pairs take part. */
function prepare({ inputs, attrs, backend }: WasmKernelCall) {
  const { columns } = attrs as unknown as PairwiseLogSumExpAttributes
  const { queries, keys, exclude, ...others } = inputs as unknown as PairwiseLogSumExpInputs
  const at = (name: string) => (inputs[name] === undefined ? 0 : addressOf(backend, inputs[name]))
  const [n, d] = queries.shape
  const m = keys.shape[0]
  const pairs = [
    at('keyBias'),
    at('exclude'),
    exclude === undefined ? 0 : exclude.shape[1],
    at('queryGroups'),
    at('keyGroups'),
    at('mask'),
  ]
  const { keyBias, queryGroups, keyGroups, mask } = others
  const origin: TileOrigin = {
    inputs: [queries, keys, keyBias, exclude, queryGroups, keyGroups, mask],
    columns,
  }
  return { n, m, d, columns, at, pairs, origin }
}

interface PartWork {
  readonly m: number
  /** Multiplications in all. */
  readonly work: number
  /** Bytes of scratch memory that each thread needs. */
  readonly scratch: number
}

/**
 * Runs a kernel on every part of the keys, as many at a time as there are threads; `after` follows each round, with its
 * parts. Parts, and the order they are added in, are the same for any number of threads.
 */
function overParts(
  call: WasmKernelCall,
  kernel: 'pairwiseForward' | 'pairwiseBackward',
  { m, work, scratch }: PartWork,
  argumentsOf: (part: number, firstKey: number, endKey: number, seat: number, scratch: number) => number[],
  after: (part: number, seat: number) => void = () => {},
): void {
  const { backend, kernels } = call
  const parts = kernels.pairwiseParts(m)
  const threads = Math.min(parts, threadsFor(call, work))
  const room = Math.ceil(scratch / 64) * 64
  withScratch(backend, room * threads, address => {
    for (let first = 0; first < parts; first += threads) {
      const round = Array.from({ length: Math.min(threads, parts - first) }, (_, seat) => first + seat)
      const calls = round.map((part, seat) => {
        const [from, to] = [part, part + 1].map(edge => kernels.pairwisePartStart(m, edge))
        return argumentsOf(part, from, to, seat, address + seat * room)
      })
      runCalls(call, kernel, calls)
      round.forEach(after)
    }
  })
}

/** Rows and columns of the log-sum-exp, by the contract of @chiaro/ops. */
export const pairwiseLogSumExp: WasmKernel = {
  kernelName: PairwiseLogSumExp,
  run: call => {
    const { backend, kernels } = call
    const { n, m, d, columns, at, pairs, origin } = prepare(call)
    const outputs = (columns ? [n, m] : [n]).map(size => newTensor(backend, [size]))
    const runningBytes = kernels.pairwiseRunningBytes(n)
    withScratch(backend, runningBytes * kernels.pairwiseParts(m), running => {
      const kept = keepTiles(backend, origin, kernels.pairwiseTiles(n, m), kernels.pairwiseKeptBytes(n))
      const work = { m, work: n * m * d, scratch: kernels.pairwiseForwardScratch(d) }
      const [atQueries, atKeys, offset] = [at('queries'), at('keys'), at('columnOffset')]
      const atColumns = columns ? outputs[1].address : 0
      overParts(call, 'pairwiseForward', work, (part, from, to, _, scratch) => [
        ...[atQueries, atKeys, n, m, d, from, to, offset, running + part * runningBytes, atColumns],
        ...[kept.address, kept.tiles, ...pairs, scratch],
      ])
      kernels.pairwiseRows(n, m, running, at('rowOffset'), outputs[0].address)
    })
    return outputs.map(({ info }) => info)
  },
}

/** [dQueries, dKeys, dKeyBias], by the contract of @chiaro/ops. */
export const pairwiseLogSumExpGrad: WasmKernel = {
  kernelName: PairwiseLogSumExpGrad,
  run: call => {
    const { backend, kernels } = call
    const { n, m, d, at, pairs, origin } = prepare(call)
    const outputs = [[n, d], [m, d], [m]].map(shape => newTensor(backend, shape))
    const [dQueries, dKeys, dKeyBias] = outputs.map(({ address }) => address)
    const work = { m, work: 2 * n * m * d, scratch: kernels.pairwiseBackwardScratch(n, d) }
    const shareBytes = Math.ceil((4 * n * d) / 64) * 64
    // The first part of all writes dQueries itself, the others a share that is added to it.
    const seats = kernels.pairwiseParts(m) === 1 ? 0 : threadsFor(call, work.work)
    withScratch(backend, shareBytes * seats, shares => {
      const kept = keptTiles(backend, origin)
      const share = (part: number, seat: number) => (part === 0 ? dQueries : shares + seat * shareBytes)
      const given = [at('rowOffset'), at('columnOffset'), at('rows'), at('rowGradient')]
      const ofColumns = [at('columns'), at('columnGradient')]
      const [atQueries, atKeys] = [at('queries'), at('keys')]
      overParts(
        call,
        'pairwiseBackward',
        work,
        (part, from, to, seat, scratch) => [
          ...[atQueries, atKeys, n, m, d, from, to, ...given, ...ofColumns, kept.address, kept.tiles],
          ...[share(part, seat), dKeys, dKeyBias, ...pairs, scratch],
        ],
        (part, seat) => {
          if (part > 0) kernels.pairwiseAdd(dQueries, share(part, seat), n * d)
        },
      )
      if (kept.tiles > 0) dropTiles(backend)
    })
    return outputs.map(({ info }) => info)
  },
}
