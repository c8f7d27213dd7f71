import {
  PairwiseLogSumExp,
  type PairwiseLogSumExpAttributes,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpGradInputs,
  type PairwiseLogSumExpInputs,
} from '@chiaro/ops'
import { newTensor, withScratch } from '../heap.ts'
import { dropTiles, keepTiles, keptTiles, type TileOrigin } from '../kept-tiles.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'
import { withProblem } from '../problem.ts'
import { runCalls, threadsFor } from '../threads/run-calls.ts'

/** The problem that the contract's inputs pose, and what the forward pass's tiles are known by. */
function prepare<Inputs extends PairwiseLogSumExpInputs>({ inputs, attrs }: WasmKernelCall) {
  const given = inputs as unknown as Inputs
  const { columns } = attrs as unknown as PairwiseLogSumExpAttributes
  const { queries, keys, keyBias, exclude, queryGroups, keyGroups, mask } = given
  const [n, d] = queries.shape
  const m = keys.shape[0]
  const origin: TileOrigin = {
    inputs: [queries, keys, keyBias, exclude, queryGroups, keyGroups, mask],
    columns,
  }
  return { n, m, d, columns, origin, given: { n, m, d, excludeColumns: exclude?.shape[1] ?? 0, ...given } }
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
  argumentsOf: (part: number, seat: number, scratch: number) => number[],
  after: (part: number, seat: number) => void = () => {},
): void {
  const { backend, kernels } = call
  const parts = kernels.pairwiseParts(m)
  const threads = Math.min(parts, threadsFor(call, work))
  const room = Math.ceil(scratch / 64) * 64
  withScratch(backend, room * threads, address => {
    for (let first = 0; first < parts; first += threads) {
      const round = Array.from({ length: Math.min(threads, parts - first) }, (_, seat) => first + seat)
      runCalls(
        call,
        kernel,
        round.map((part, seat) => argumentsOf(part, seat, address + seat * room)),
      )
      round.forEach(after)
    }
  })
}

/** Rows and columns of the log-sum-exp, by the contract of @chiaro/ops. */
export const pairwiseLogSumExp: WasmKernel = {
  kernelName: PairwiseLogSumExp,
  run: call => {
    const { backend, kernels } = call
    const { n, m, d, columns, origin, given } = prepare<PairwiseLogSumExpInputs>(call)
    const outputs = (columns ? [n, m] : [n]).map(size => newTensor(backend, [size]).info)
    withScratch(backend, kernels.pairwiseRunningBytes(n) * kernels.pairwiseParts(m), running => {
      const kept = keepTiles(backend, origin, kernels.pairwiseTiles(n, m), kernels.pairwiseKeptBytes(n))
      const tiles = { kept: kept.address, keptTiles: kept.tiles }
      const posed = { rows: outputs[0], columns: outputs[1], running, ...tiles, ...given }
      withProblem(backend, 'pairwiseForward', posed, problem => {
        const work = { m, work: n * m * d, scratch: kernels.pairwiseForwardScratch(d) }
        overParts(call, 'pairwiseForward', work, (part, _, scratch) => [problem, part, scratch])
        kernels.pairwiseRows(problem)
      })
    })
    return outputs
  },
}

/** [dQueries, dKeys, dKeyBias], by the contract of @chiaro/ops. */
export const pairwiseLogSumExpGrad: WasmKernel = {
  kernelName: PairwiseLogSumExpGrad,
  run: call => {
    const { backend, kernels } = call
    const { n, m, d, origin, given } = prepare<PairwiseLogSumExpGradInputs>(call)
    const [dQueries, dKeys, dKeyBias] = [[n, d], [m, d], [m]].map(shape => newTensor(backend, shape))
    const work = { m, work: 2 * n * m * d, scratch: kernels.pairwiseBackwardScratch(n, d) }
    const shareBytes = Math.ceil((4 * n * d) / 64) * 64
    // The first part of all writes dQueries itself, the others a share that is added to it.
    const seats = kernels.pairwiseParts(m) === 1 ? 0 : threadsFor(call, work.work)
    withScratch(backend, shareBytes * seats, shares => {
      const kept = keptTiles(backend, origin)
      const share = (part: number, seat: number) =>
        part === 0 ? dQueries.address : shares + seat * shareBytes
      const tiles = { kept: kept.address, keptTiles: kept.tiles }
      const posed = { dKeys: dKeys.info, dKeyBias: dKeyBias.info, ...tiles, ...given }
      withProblem(backend, 'pairwiseBackward', posed, problem => {
        overParts(
          call,
          'pairwiseBackward',
          work,
          (part, seat, scratch) => [problem, part, share(part, seat), scratch],
          (part, seat) => {
            if (part > 0) kernels.pairwiseAdd(dQueries.address, share(part, seat), n * d)
          },
        )
      })
      if (kept.tiles > 0) dropTiles(backend)
    })
    return [dQueries.info, dKeys.info, dKeyBias.info]
  },
}
