import type * as tf from '@tensorflow/tfjs-core'
import type { RecordedInput, Recording, Source } from './recording.ts'

/**
 * How two recordings of one function differ, in words; undefined where they are the same program on other inputs.
 * What differs depends on something that a replay would not see.
 */
export function recordingDifference(first: Recording, second: Recording): string | undefined {
  for (let i = 0; i < Math.max(first.calls.length, second.calls.length); i++) {
    const [a, b] = [first.calls[i], second.calls[i]]
    if (a?.kernelName !== b?.kernelName) {
      return `kernel ${i} was ${a?.kernelName ?? 'none'}, then ${b?.kernelName ?? 'none'}`
    }
    for (const name of new Set([...Object.keys(a.attrs ?? {}), ...Object.keys(b.attrs ?? {})])) {
      const [one, other] = [a.attrs?.[name], b.attrs?.[name]]
      if (!sameValue(one, other)) {
        return `the attribute ${name} of kernel ${i}, ${a.kernelName}, was ${one}, then ${other}`
      }
    }
    const of = `of kernel ${i}, ${a.kernelName},`
    const changed =
      inputsDifference(a.inputs, b.inputs, of) ??
      (a.outputs.every((output, j) => sameValue(output.shape, b.outputs[j]?.shape))
        ? undefined
        : `the result ${of} was ${shapes(a.outputs)}, then ${shapes(b.outputs)}`)
    if (changed !== undefined) return changed
  }
  for (const [i, constant] of first.constants.entries()) {
    const other = second.constants[i]
    if (other !== undefined && !sameValue(constant.values, other.values)) {
      return `a tensor [${constant.shape}] made on the host was another the second time`
    }
  }
  if (first.constants.length !== second.constants.length) {
    return `${first.constants.length} tensors were made on the host, then ${second.constants.length}`
  }
  const variablesOf = ({ assigned }: Recording) => assigned.map(({ variable }) => variable)
  if (!sameValue(variablesOf(first), variablesOf(second))) return 'other variables were assigned to'
  return inputsDifference(first.results, second.results, 'of the results')
}

function inputsDifference(
  first: readonly RecordedInput[],
  second: readonly RecordedInput[],
  of: string,
): string | undefined {
  if (first.length !== second.length)
    return `the number of inputs ${of} was ${first.length}, then ${second.length}`
  for (const [i, input] of first.entries()) {
    const other = second[i]
    if (input.name !== other.name || input.dtype !== other.dtype || !sameValue(input.shape, other.shape)) {
      const [was, then] = [input, other].map(({ name, dtype, shape }) => `${name}: ${dtype} [${shape}]`)
      return `an input ${of} was ${was}, then ${then}`
    }
    if (!sameSource(input.source, other.source)) {
      return `the input ${input.name} [${input.shape}] ${of} was another tensor the second time`
    }
  }
  return undefined
}

function sameSource(a: Source, b: Source): boolean {
  if (a.from === 'outside') return b.from === 'outside' && a.tensor.dataId === b.tensor.dataId
  const other: Readonly<Record<string, unknown>> = { ...b }
  return Object.entries(a).every(([name, value]) => other[name] === value)
}

function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
    const [one, other] = [a as tf.TypedArray, b as tf.TypedArray]
    return one.length === other.length && one.every((value, i) => Object.is(value, other[i]))
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => sameValue(value, b[i]))
  }
  if (!isRecord(a) || !isRecord(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every(name => sameValue(a[name], b[name]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

const shapes = (outputs: readonly { readonly shape: readonly number[] }[]) =>
  outputs.map(({ shape }) => `[${shape}]`).join(' and ')
