import {
  PairwiseLogSumExp,
  type PairwiseLogSumExpAttributes,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpGradInputs,
  type PairwiseLogSumExpInputs,
} from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { type GpuBackend, runProgram, runStock } from '../gpu-program.ts'
import type { GpuKernel } from '../register.ts'
import {
  backwardCode,
  forwardCode,
  invocations,
  keyOf,
  mostChunks,
  type Packed,
  type Shape,
  slopeSumsCode,
  tile,
} from './pairwise-shader.ts'

type Side = 'queries' | 'keys'
type AnyInputs = PairwiseLogSumExpInputs & Partial<PairwiseLogSumExpGradInputs>

/** Which vectors a shader reads; one that it left unread would not be there to be bound. */
interface Terms {
  readonly ofQueries: readonly (keyof Packed)[]
  readonly ofKeys: readonly (keyof Packed)[]
}

const forwardTerms: Readonly<Record<Side, Terms>> = {
  queries: { ofQueries: ['rowOffset'], ofKeys: ['keyBias'] },
  keys: { ofQueries: [], ofKeys: ['keyBias', 'columnOffset'] },
}
const backwardTerms: Terms = {
  ofQueries: ['rowOffset', 'rows', 'rowGradient'],
  ofKeys: ['keyBias', 'columnOffset', 'columns', 'columnGradient'],
}

/**
 * The inputs as few tensors: a shader may read no more than seven on every device. Vectors of queries lie behind each
 * other in one, those of keys in another.
 */
function packedInputs(backend: GpuBackend, given: AnyInputs, { ofQueries, ofKeys }: Terms) {
  const made: tf.TensorInfo[] = []
  const joined = (parts: readonly tf.TensorInfo[]) => {
    if (parts.length === 1) return parts[0]
    const result = runStock(tf.Concat, backend, parts, { axis: 0 })
    made.push(result)
    return result
  }
  const { queries, keys, exclude, queryGroups, keyGroups, mask } = given
  const [queryTerms, keyTerms] = [ofQueries, ofKeys].map(names =>
    names.flatMap(name => (given[name] === undefined ? [] : [{ name, tensor: given[name] }])),
  )
  const tensors = (terms: typeof queryTerms) => joined(terms.map(({ tensor }) => tensor))
  const grouped = queryGroups !== undefined && keyGroups !== undefined
  return {
    inputs: {
      queries,
      keys,
      ...(queryTerms.length > 0 && { queryTerms: tensors(queryTerms) }),
      ...(keyTerms.length > 0 && { keyTerms: tensors(keyTerms) }),
      ...(exclude && { exclude }),
      ...(grouped && { groups: joined([queryGroups, keyGroups]) }),
      ...(mask && { mask }),
    },
    shapeFor: (outer: Side): Shape => ({
      outer,
      packed: Object.fromEntries(
        [queryTerms, keyTerms].flatMap(terms => terms.map(({ name }, place) => [name, place])),
      ),
      exclude: exclude !== undefined,
      groups: grouped,
      mask: mask !== undefined,
    }),
    dispose: () => {
      for (const { dataId } of made) backend.disposeData(dataId)
    },
  }
}

const sizesOf = ({ queries, keys, exclude }: AnyInputs) => ({
  n: queries.shape[0],
  m: keys.shape[0],
  d: queries.shape[1],
  e: exclude?.shape[1] ?? 0,
})

/** Rows and columns of the log-sum-exp, by the contract of @chiaro/ops. */
export const pairwiseLogSumExp: GpuKernel = {
  op: PairwiseLogSumExp,
  kernel: (backend, named, attributes) => {
    const { columns } = attributes as unknown as PairwiseLogSumExpAttributes
    const given = named as unknown as AnyInputs
    const integers = sizesOf(given)
    return (columns ? (['queries', 'keys'] as const) : (['queries'] as const)).map(outer => {
      const { inputs, shapeFor, dispose } = packedInputs(backend, given, forwardTerms[outer])
      const [shape, size] = [shapeFor(outer), outer === 'queries' ? integers.n : integers.m]
      const result = runProgram(backend, {
        key: `pairwise_${keyOf(shape)}`,
        inputs,
        shape: [size],
        integers,
        workgroupSize: invocations,
        workgroups: [Math.ceil(size / tile), 1],
        code: forwardCode(shape),
      })
      dispose()
      return result
    })
  },
}

/** [dQueries, dKeys, dKeyBias], by the contract of @chiaro/ops. */
export const pairwiseLogSumExpGrad: GpuKernel = {
  op: PairwiseLogSumExpGrad,
  kernel: (backend, named) => {
    const given = named as unknown as PairwiseLogSumExpGradInputs
    const { inputs, shapeFor, dispose } = packedInputs(backend, given, backwardTerms)
    const integers = sizesOf(given)
    const { n, m, d } = integers
    const chunks = Math.min(mostChunks, Math.ceil(d / tile))
    const gradients = (['queries', 'keys'] as const).map(outer => {
      const [shape, size] = [shapeFor(outer), outer === 'queries' ? n : m]
      return runProgram(backend, {
        key: `pairwiseGrad_${chunks}_${keyOf(shape)}`,
        inputs,
        shape: [size, d],
        integers,
        workgroupSize: invocations,
        workgroups: [Math.ceil(size / tile), Math.ceil(d / (tile * chunks))],
        code: backwardCode(shape, chunks),
      })
    })
    const shape = shapeFor('keys')
    const dKeyBias = runProgram(backend, {
      key: `pairwiseSlopes_${keyOf(shape)}`,
      inputs,
      shape: [m],
      integers,
      workgroupSize: invocations,
      workgroups: [Math.ceil(m / tile), 1],
      code: slopeSumsCode(shape),
    })
    dispose()
    return [...gradients, dKeyBias]
  },
}
