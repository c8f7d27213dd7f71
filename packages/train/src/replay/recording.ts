import { conflictError } from '@chiaro/core'
import { isRecording, whileRecording } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'

/** Where a kernel's input comes from. */
export type Source =
  /** The i-th tensor the function was given. */
  | { readonly from: 'input'; readonly index: number }
  /** Output `output` of recorded call `call`. */
  | { readonly from: 'call'; readonly call: number; readonly output: number }
  /** A tensor made on the host while the function ran: the i-th of them. */
  | { readonly from: 'constant'; readonly index: number }
  /** A variable, whose value is that of the moment. */
  | { readonly from: 'variable'; readonly variable: tf.Variable }
  /** A tensor that was there before. */
  | { readonly from: 'outside'; readonly tensor: tf.TensorInfo }

/** An input of a kernel: where its data come from, under which shape it is read. */
export interface RecordedInput {
  readonly name: string
  readonly source: Source
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
}

export interface RecordedOutput {
  readonly shape: readonly number[]
  readonly dtype: tf.DataType
  /** The input whose data the kernel handed on under another name or shape; absent where it made new data. */
  readonly alias?: Source
}

/** One call of a kernel from outside any other kernel. */
export interface RecordedCall {
  readonly kernelName: string
  readonly attrs: tf.NamedAttrMap | undefined
  readonly inputs: readonly RecordedInput[]
  /** Whether the kernel takes its inputs as a list (Concat, AddN). */
  readonly list: boolean
  readonly outputs: readonly RecordedOutput[]
}

export interface Constant {
  readonly values: tf.TypedArray
  readonly shape: readonly number[]
  readonly dtype: 'float32' | 'int32' | 'bool'
}

/** What a function did, as far as kernels go. */
export interface Recording {
  readonly calls: readonly RecordedCall[]
  readonly constants: readonly Constant[]
  /** Where each result's data come from, in the order given. */
  readonly results: readonly RecordedInput[]
  /** Variables that were assigned to, and what. */
  readonly assigned: readonly { readonly variable: tf.Variable; readonly source: Source }[]
}

interface Recorded<T> {
  readonly value: T
  readonly recording: Recording
}

/**
 * Runs `f` once, as ever, and writes down the kernels it runs: their attributes, and which data go from which to
 * which. What kernels run inside themselves is theirs.
 *
 * @param where the name that errors carry
 * @param inputs the tensors that may be others at the next call; they share their data with nothing else
 * @param f returns what it makes by name
 * @throws ChiaroError ('argument-conflict') where `f` reads a tensor on the host, or holds strings or complex numbers
 */
export function record<T extends Readonly<Record<string, tf.Tensor>>>(
  where: string,
  inputs: readonly tf.Tensor[],
  f: () => T,
): Recorded<T> {
  if (isRecording()) throw conflictError(where, 'f', 'a function that is being recorded can record no other')
  const backend = tf.backend()
  const sources = new Map<tf.DataId, Source>(
    inputs.map(({ dataId }, index) => [dataId, { from: 'input', index }]),
  )
  const calls: RecordedCall[] = []
  const constants: Constant[] = []
  let depth = 0

  const variables = Object.values(tf.engine().registeredVariables)
  const before = new Map<unknown, tf.DataId>(variables.map(variable => [variable, variable.dataId]))
  const sourceOf = (tensor: tf.TensorInfo): Source => {
    // Variables first: two of them may share their data until one is assigned to.
    if (tensor instanceof tf.Variable && before.get(tensor) === tensor.dataId) {
      return { from: 'variable', variable: tensor }
    }
    const known = sources.get(tensor.dataId)
    if (known !== undefined) return known
    return { from: 'outside', tensor }
  }
  const described = (name: string, tensor: tf.TensorInfo): RecordedInput => ({
    name,
    source: sourceOf(tensor),
    shape: [...tensor.shape],
    dtype: numeric(where, tensor.dtype),
  })
  const undo: (() => void)[] = []
  /** Puts a function of ours in a method's place until the recording ends. */
  const replace = <O extends object, K extends keyof O>(object: O, name: K, by: (original: O[K]) => O[K]) => {
    const own = Object.hasOwn(object, name)
    const original = object[name]
    object[name] = by(original)
    undo.push(() => {
      if (own) object[name] = original
      else Reflect.deleteProperty(object, name)
    })
  }
  const refuseRead = <F extends (...parameters: never[]) => unknown>(original: F): F =>
    ((...parameters: never[]) => {
      if (depth > 0) return original.apply(backend, parameters)
      throw conflictError(
        where,
        'loss',
        'a step that is replayed must not read tensors on the host (data(), dataSync(), print()), got one that does',
      )
    }) as F

  try {
    for (const config of tf.getKernelsForBackend(tf.getBackend())) {
      replace(config, 'kernelFunc', original => call => {
        if (depth > 0) return original(call)
        const tensors = Object.entries(call.inputs).filter(isPresent)
        const from = tensors.map(([name, tensor]) => described(name, tensor))
        depth += 1
        let made: tf.TensorInfo | tf.TensorInfo[]
        try {
          made = original(call)
        } finally {
          depth -= 1
        }
        const outputs = [made].flat().map((output, i): RecordedOutput => {
          const { shape, dtype } = output
          const alias = from.find((_, j) => tensors[j][1].dataId === output.dataId)?.source
          sources.set(output.dataId, alias ?? { from: 'call', call: calls.length, output: i })
          return { shape: [...shape], dtype: numeric(where, dtype), alias }
        })
        const list = Array.isArray(call.inputs)
        calls.push({ kernelName: config.kernelName, attrs: call.attrs, inputs: from, list, outputs })
        return made
      })
    }
    replace(backend, 'readSync', refuseRead)
    replace(backend, 'read', refuseRead)
    replace(backend, 'write', original => (values, shape, dtype) => {
      const dataId = original.call(backend, values, shape, dtype)
      if (depth === 0) {
        const type = numeric(where, dtype)
        sources.set(dataId, { from: 'constant', index: constants.length })
        constants.push({ values: typed(values, type), shape: [...shape], dtype: type })
      }
      return dataId
    })
    const value = whileRecording(f)
    const results = Object.entries(value).map(([name, tensor]) => described(name, tensor))
    const assigned = variables.flatMap(variable =>
      variable.dataId === before.get(variable) || variable.isDisposed
        ? []
        : [{ variable, source: sourceOf(variable) }],
    )
    return { value, recording: { calls, constants, results, assigned } }
  } finally {
    for (const restore of undo.reverse()) restore()
  }
}

/** Optional inputs are left undefined. */
function isPresent(entry: [string, tf.TensorInfo | undefined]): entry is [string, tf.TensorInfo] {
  return entry[1] != null
}

function numeric(where: string, dtype: tf.DataType): Constant['dtype'] {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw conflictError(
    where,
    'loss',
    `a step that is replayed must be of float32, int32 and bool tensors, got ${dtype}`,
  )
}

/** A copy, so that a later change of the array on the host changes nothing here. */
function typed(values: ArrayLike<unknown>, dtype: Constant['dtype']): tf.TypedArray {
  const numbers = values as ArrayLike<number>
  if (dtype === 'float32') return Float32Array.from(numbers)
  return dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers)
}
