import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import type { RecordedCall, Recording, Source } from './recording.ts'

/** A recorded function without the function: kernels called one after the other. */
export interface KernelProgram {
  /** How many kernels a run calls: those that the results depend on. */
  readonly calls: number
  /**
   * Runs the kernels on other inputs of the same shapes and dtypes; the caller disposes the results. What the
   * function assigned to variables is assigned when `commit` is called, or dropped by `drop`: one of both, once.
   */
  run(inputs: readonly tf.Tensor[]): ProgramResults
  /** Frees its constants. */
  dispose(): void
}

export interface ProgramResults {
  /** In the order of the recording. */
  readonly results: tf.Tensor[]
  /** What was assigned to variables, in the order of the recording. */
  readonly assigned: readonly { readonly variable: tf.Variable; readonly value: tf.Tensor }[]
  commit(): void
  drop(): void
}

/** A place for data. Kernels read it under several shapes, each a tensor description that is made once. */
interface Slot {
  readonly views: { dataId: tf.DataId }[]
  /** Where its data come from at each run; absent: from a kernel, or constant. */
  readonly refresh?: (inputs: readonly tf.Tensor[]) => tf.DataId
  dataId: tf.DataId
  /** Some of tfjs's kernels (cpu's Abs) return tensors, which own their data. */
  owner?: tf.Tensor
}

interface Call {
  readonly config: tf.KernelConfig
  readonly kernelName: string
  readonly parameters: { inputs: tf.NamedTensorInfoMap; attrs?: tf.NamedAttrMap; backend: unknown }
  readonly outputs: readonly (Slot | undefined)[]
  readonly sizes: readonly number[]
  /** Freed when the call is done. */
  readonly last: Slot[]
}

/**
 * Makes a program of a recording. Calls that no result depends on are left out, as are those that only give data
 * another name or shape; data are freed after the last kernel that reads them.
 */
export function kernelProgram(where: string, recording: Recording): KernelProgram {
  const backend = tf.backend()
  const backendName = tf.getBackend()
  const { calls, results, assigned } = recording
  const constants = tf.tidy(() =>
    recording.constants.map(({ values, shape, dtype }) =>
      tf.keep(tf.tensor(values.slice(), [...shape], dtype)),
    ),
  )
  const outside: tf.DataId[] = []
  const slots = new Map<unknown, Slot>()
  const newSlot = (source: Source): Slot => {
    const views: Slot['views'] = []
    switch (source.from) {
      case 'input':
        return { views, dataId: {}, refresh: inputs => inputs[source.index].dataId }
      case 'variable':
        return { views, dataId: {}, refresh: () => source.variable.dataId }
      case 'constant':
        return { views, dataId: constants[source.index].dataId }
      case 'outside':
        // It stays alive as long as the program does, whatever its owner does.
        backend.incRef(source.tensor.dataId)
        outside.push(source.tensor.dataId)
        return { views, dataId: source.tensor.dataId }
      case 'call':
        return { views, dataId: {} }
    }
  }
  const slotOf = (source: Source): Slot => {
    const root = rootOf(calls, source)
    const key = keyOf(root)
    const slot = slots.get(key) ?? newSlot(root)
    slots.set(key, slot)
    return slot
  }
  const viewOf = (slot: Slot, { shape, dtype }: { shape: readonly number[]; dtype: tf.DataType }) => {
    const view = { dataId: slot.dataId, shape: [...shape], dtype }
    slot.views.push(view)
    return view
  }

  const needed = neededCalls(recording)
  const program: Call[] = []
  const lastUse = new Map<Slot, Call>()
  const made = new Set<Slot>()
  calls.forEach((call, index) => {
    if (!needed.has(index)) return
    const entries = call.inputs.map((input): [string, tf.TensorInfo] => [
      input.name,
      viewOf(slotOf(input.source), input),
    ])
    const inputs = call.list ? entries.map(entry => entry[1]) : Object.fromEntries(entries)
    const outputs = call.outputs.map(({ alias }, output) =>
      alias === undefined ? slotOf({ from: 'call', call: index, output }) : undefined,
    )
    const step: Call = {
      config: tf.getKernel(call.kernelName, backendName),
      kernelName: call.kernelName,
      parameters: { inputs: inputs as tf.NamedTensorInfoMap, attrs: call.attrs, backend },
      outputs,
      sizes: call.outputs.map(({ shape }) => tf.util.sizeFromShape([...shape])),
      last: [],
    }
    for (const slot of [...outputs, ...call.inputs.map(({ source }) => slotOf(source))]) {
      if (slot !== undefined) lastUse.set(slot, step)
    }
    for (const slot of outputs) if (slot !== undefined) made.add(slot)
    program.push(step)
  })
  const returned = [
    ...results.map(({ source, shape, dtype }) => ({ slot: slotOf(source), shape: [...shape], dtype })),
    ...assigned.map(({ variable: { shape, dtype }, source }) => ({ slot: slotOf(source), shape, dtype })),
  ]
  const kept = new Set(returned.map(({ slot }) => slot))
  for (const [slot, step] of lastUse) if (made.has(slot) && !kept.has(slot)) step.last.push(slot)
  const refreshed = [...slots.values()].filter(slot => slot.refresh !== undefined)

  const put = (slot: Slot, dataId: tf.DataId) => {
    slot.dataId = dataId
    for (const view of slot.views) view.dataId = dataId
  }
  return {
    calls: program.length,
    run(inputs) {
      if (tf.getBackend() !== backendName) {
        const message = `${where}: a step recorded on ${backendName} must be replayed there, got ${tf.getBackend()}`
        throw new ChiaroError('backend', message, 'backend')
      }
      for (const slot of refreshed) put(slot, slot.refresh!(inputs))
      for (const { config, kernelName, parameters, outputs, sizes, last } of program) {
        const result = config.kernelFunc(parameters as Parameters<tf.KernelFunc>[0])
        const infos = Array.isArray(result) ? result : [result]
        for (let i = 0; i < outputs.length; i++) {
          if (tf.util.sizeFromShape(infos[i].shape) !== sizes[i])
            throw shapeChanged(where, kernelName, infos[i])
          const slot = outputs[i]
          if (slot === undefined) continue
          put(slot, infos[i].dataId)
          const info = infos[i]
          slot.owner = info instanceof tf.Tensor ? info : undefined
        }
        for (const slot of last) {
          if (slot.owner === undefined) backend.disposeData(slot.dataId)
          else slot.owner.dispose()
        }
      }
      const handedOut = new Set<Slot>()
      const tensors = returned.map(({ slot, shape, dtype }) => {
        // Data that have an owner already are shared: one reference more.
        if (!made.has(slot) || handedOut.has(slot) || slot.owner !== undefined) backend.incRef(slot.dataId)
        handedOut.add(slot)
        return tf.engine().makeTensorFromTensorInfo({ dataId: slot.dataId, shape, dtype })
      })
      for (const slot of handedOut) slot.owner?.dispose()
      const values = assigned.map(({ variable }, i) => ({ variable, value: tensors[results.length + i] }))
      const drop = () => {
        for (const { value } of values) value.dispose()
      }
      return {
        results: tensors.slice(0, results.length),
        assigned: values,
        commit() {
          for (const { variable, value } of values) variable.assign(value)
          drop()
        },
        drop,
      }
    },
    dispose() {
      tf.dispose(constants)
      for (const dataId of outside.splice(0)) backend.disposeData(dataId)
    },
  }
}

/** Follows names of the same data to where they were made. */
function rootOf(calls: readonly RecordedCall[], source: Source): Source {
  if (source.from !== 'call') return source
  const { alias } = calls[source.call].outputs[source.output]
  return alias === undefined ? source : rootOf(calls, alias)
}

function keyOf(source: Source): unknown {
  switch (source.from) {
    case 'variable':
      return source.variable
    case 'outside':
      return source.tensor.dataId
    case 'call':
      return `call ${source.call}.${source.output}`
    default:
      return `${source.from} ${source.index}`
  }
}

/** The calls that results or assignments depend on, less those that make no data. */
function neededCalls({ calls, results, assigned }: Recording): Set<number> {
  const needed = new Set<number>()
  const visit = (source: Source): void => {
    const root = rootOf(calls, source)
    if (root.from !== 'call' || needed.has(root.call)) return
    needed.add(root.call)
    for (const input of calls[root.call].inputs) visit(input.source)
  }
  for (const { source } of [...results, ...assigned]) visit(source)
  return needed
}

function shapeChanged(where: string, kernelName: string, { shape }: tf.TensorInfo): ChiaroError {
  const message = `${where}: a step that is replayed must keep its shapes, got [${shape}] from ${kernelName}, which depends on data`
  return new ChiaroError('argument-conflict', message, 'loss')
}
