import type * as tf from '@tensorflow/tfjs-core'
import { runKernel } from './run-kernel.ts'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

/** Activations our kernels apply to their result while it is in the cache; by the number they know them under. */
const inPlace: Readonly<Record<string, number>> = { linear: 0, relu: 1, relu6: 2 }

const afterwards: Readonly<Record<string, string>> = {
  sigmoid: 'Sigmoid',
  elu: 'Elu',
  leakyrelu: 'LeakyRelu',
  prelu: 'Prelu',
}

/** What tfjs's fused kernels are told to do with their result. */
export interface Epilogue {
  readonly bias?: tf.TensorInfo
  readonly activation?: string
  readonly leakyreluAlpha?: number
  readonly preluActivationWeights?: tf.TensorInfo
}

/** The epilogue of a fused kernel, from its inputs and attributes. */
export function epilogueOf(inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap): Epilogue {
  return {
    bias: inputs.bias,
    preluActivationWeights: inputs.preluActivationWeights,
    activation: attrs.activation as string | undefined,
    leakyreluAlpha: attrs.leakyreluAlpha as number | undefined,
  }
}

/** What of the epilogue our kernels do on the way, given the result's last axis; the rest is `finish`'s. */
export function onTheWay({ bias, activation }: Epilogue, columns: number) {
  const addsBias = bias === undefined || isRow(bias, columns)
  return {
    bias: addsBias ? bias : undefined,
    activation: addsBias ? (inPlace[activation ?? 'linear'] ?? 0) : 0,
  }
}

const isRow = ({ shape }: tf.TensorInfo, columns: number) =>
  shape[shape.length - 1] === columns && shape.reduce((a, b) => a * b, 1) === columns

/** Does what `onTheWay` left of the epilogue; the result it was given is disposed when a new one is made. */
export function finish(backend: TfjsWasmBackend, result: tf.TensorInfo, epilogue: Epilogue): tf.TensorInfo {
  const { bias, activation = 'linear', leakyreluAlpha = 0.2, preluActivationWeights } = epilogue
  const columns = result.shape[result.shape.length - 1]
  const then = (kernelName: string, before: tf.TensorInfo, inputs: tf.NamedTensorInfoMap) => {
    const after = runKernel(kernelName, backend, inputs, { alpha: leakyreluAlpha })
    backend.disposeData(before.dataId)
    return after
  }
  let y = result
  if (bias !== undefined && !isRow(bias, columns)) {
    y = then('Add', y, { a: y, b: bias })
    if (activation === 'relu') return then('Relu', y, { x: y })
    if (activation === 'relu6') return then('Relu6', y, { x: y })
  }
  if (!(activation in afterwards)) return y
  return then(afterwards[activation], y, {
    x: y,
    ...(activation === 'prelu' ? { alpha: preluActivationWeights! } : {}),
  })
}
