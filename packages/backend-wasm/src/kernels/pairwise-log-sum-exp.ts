import {
  PairwiseLogSumExp,
  type PairwiseLogSumExpAttributes,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpInputs,
} from '@chiaro/ops'
import { addressOf, newTensor, withScratch } from '../heap.ts'
import { dropTiles, keepTiles, keptTiles, type TileOrigin } from '../kept-tiles.ts'
import type { WasmKernel, WasmKernelCall } from '../kernel-module.ts'

/** Tells the kernels which pairs take part; addresses are 0 for an input that is missing. */
function prepare({ inputs, attrs, backend, kernels }: WasmKernelCall) {
  const { columns } = attrs as unknown as PairwiseLogSumExpAttributes
  const { queries, keys, exclude, ...others } = inputs as unknown as PairwiseLogSumExpInputs
  const at = (name: string) => (inputs[name] === undefined ? 0 : addressOf(backend, inputs[name]))
  const [n, d] = queries.shape
  const m = keys.shape[0]
  kernels.pairwisePairs(
    m,
    at('keyBias'),
    at('exclude'),
    exclude === undefined ? 0 : exclude.shape[1],
    at('queryGroups'),
    at('keyGroups'),
    at('mask'),
  )
  const { keyBias, queryGroups, keyGroups, mask } = others
  const origin: TileOrigin = {
    inputs: [queries, keys, keyBias, exclude, queryGroups, keyGroups, mask],
    columns,
  }
  return { n, m, d, columns, at, origin }
}

/** Rows and columns of the log-sum-exp, by the contract of @chiaro/ops. */
export const pairwiseLogSumExp: WasmKernel = {
  kernelName: PairwiseLogSumExp,
  run: call => {
    const { backend, kernels } = call
    const { n, m, d, columns, at, origin } = prepare(call)
    const outputs = (columns ? [n, m] : [n]).map(size => newTensor(backend, [size]))
    withScratch(backend, kernels.pairwiseForwardScratch(n, d), scratch => {
      const kept = keepTiles(backend, origin, kernels.pairwiseTiles(n, m), kernels.pairwiseKeptBytes(n))
      kernels.pairwiseForward(
        at('queries'),
        at('keys'),
        n,
        m,
        d,
        at('rowOffset'),
        at('columnOffset'),
        outputs[0].address,
        columns ? outputs[1].address : 0,
        kept.address,
        kept.tiles,
        scratch,
      )
    })
    return outputs.map(({ info }) => info)
  },
}

/** [dQueries, dKeys, dKeyBias], by the contract of @chiaro/ops. */
export const pairwiseLogSumExpGrad: WasmKernel = {
  kernelName: PairwiseLogSumExpGrad,
  run: call => {
    const { backend, kernels } = call
    const { n, m, d, at, origin } = prepare(call)
    const outputs = [[n, d], [m, d], [m]].map(shape => newTensor(backend, shape))
    withScratch(backend, kernels.pairwiseBackwardScratch(n, d), scratch => {
      const kept = keptTiles(backend, origin)
      kernels.pairwiseBackward(
        at('queries'),
        at('keys'),
        n,
        m,
        d,
        at('rowOffset'),
        at('columnOffset'),
        at('rows'),
        at('rowGradient'),
        at('columns'),
        at('columnGradient'),
        kept.address,
        kept.tiles,
        outputs[0].address,
        outputs[1].address,
        outputs[2].address,
        scratch,
      )
      if (kept.tiles > 0) dropTiles(backend)
    })
    return outputs.map(({ info }) => info)
  },
}
