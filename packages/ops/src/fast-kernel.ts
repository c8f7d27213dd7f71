import * as tf from '@tensorflow/tfjs-core'

/** What a fast kernel is called with: tensors by the names of the op's contract, its attributes, the backend. */
export interface FastKernelCall {
  readonly inputs: tf.NamedTensorInfoMap
  readonly attrs?: tf.NamedAttrMap
  readonly backend: unknown
}

export interface FastKernel {
  /**
   * The op whose contract the kernel keeps, for instance "PairwiseLogSumExp". A contract that changes takes a number into
   * its name, "PairwiseLogSumExp/2", so that copies of this package of two contracts never take each other's kernels.
   */
  readonly op: string
  /** The tfjs backend it runs on, for instance "wasm". */
  readonly backendName: string
  readonly kernel: (call: FastKernelCall) => tf.TensorInfo | tf.TensorInfo[]
}

/**
 * Gives an op a kernel of its own on one backend. The op's function uses it from then on whenever that backend
 * is current; elsewhere it composes tfjs ops. A kernel registered before for the same op and backend is
 * replaced without a warning.
 *
 * The contracts of Chiaro's ops are the types named `…Inputs` and `…Attributes` of this package.
 */
export function registerFastKernel({ op, backendName, kernel }: FastKernel): void {
  if (tf.getKernel(op, backendName) !== undefined) tf.unregisterKernel(op, backendName)
  tf.registerKernel({
    kernelName: op,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) => kernel({ inputs, attrs, backend }),
  })
}

const withoutContract = (op: string) => op.replace(/\/\d+$/, '')

/** The op that is the gradient of another, of the same contract. */
export const gradientOf = (op: string): string => op.replace(/(\/\d+)?$/, 'Grad$1')

const composed = new Set<string>()
let told = false

/** Says once that a backend has a kernel for another contract of an op, which therefore is composed. */
function noticeOtherContract(op: string, backendName: string): void {
  const place = `${op} ${backendName}`
  if (told || composed.has(place)) return
  composed.add(place)
  const other = tf
    .getKernelsForBackend(backendName)
    .find(({ kernelName }) => kernelName !== op && withoutContract(kernelName) === withoutContract(op))
  if (other === undefined) return
  told = true
  console.warn(
    `@chiaro/ops: ${backendName} has a kernel for ${other.kernelName}, and this copy needs one for ${op}, which is slower ` +
      'without. The backend’s package is of another version: `npx chiaro doctor` says which there are.',
  )
}

/** True when the current backend has a kernel of its own for `op`, of the contract that its name says. */
export function hasFastKernel(op: string): boolean {
  const backendName = tf.getBackend()
  if (tf.getKernel(op, backendName) !== undefined) return true
  noticeOtherContract(op, backendName)
  return false
}

/**
 * Runs the current backend's kernel of `op`, with inputs by name (optional ones left undefined) or, where its contract
 * says so, a list. A gradient is recorded where one is registered under `op`.
 */
export function runFastKernel(op: string, inputs: object, attrs: object = {}): tf.Tensor[] {
  const present: unknown = Object.values(inputs).includes(undefined)
    ? Object.fromEntries(Object.entries(inputs).filter(entry => entry[1] !== undefined))
    : inputs
  const outputs = tf.engine().runKernel(op, present as tf.NamedTensorMap, attrs as tf.NamedAttrMap) as
    | tf.Tensor
    | tf.Tensor[]
  return Array.isArray(outputs) ? outputs : [outputs]
}
