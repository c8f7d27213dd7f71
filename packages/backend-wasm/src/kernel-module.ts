import type * as tf from '@tensorflow/tfjs-core'
import type { KernelExports } from './generated/kernel-exports.ts'
import type { KernelBinaries } from './generated/kernels.ts'
import { bytesOf, kernelBinaries } from './multiply-add.ts'
import { withSharedMemory } from './shared-memory.ts'
import { asTfjsWasm, heapMemory, type TfjsWasmBackend } from './tfjs-wasm.ts'

/** What a kernel of ours is called with. */
export interface WasmKernelCall {
  /** By the names of tfjs's kernel; an optional input may be missing. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>
  readonly attrs: tf.NamedAttrMap
  readonly backend: TfjsWasmBackend
  /** Our AssemblyScript kernels on this backend's heap. */
  readonly kernels: KernelExports
}

/** One kernel of the wasm backend: a file each in kernels/, listed in register.ts. */
export interface WasmKernel {
  /** tfjs's name of the kernel, or that of an op of @chiaro/ops. */
  readonly kernelName: string
  /** Prepares it when the backend starts; called before the first `run`, by tfjs. */
  readonly setup?: (backend: tf.KernelBackend) => void
  readonly run: (call: WasmKernelCall) => tf.TensorInfo | tf.TensorInfo[]
}

const compiled = new Map<string, WebAssembly.Module>()

function compile({ build, plain }: KernelBinaries, shared: boolean): WebAssembly.Module {
  const name = `${build} ${shared}`
  const known = compiled.get(name)
  if (known !== undefined) return known
  const bytes = bytesOf(plain)
  const module = new WebAssembly.Module(shared ? withSharedMemory(bytes) : bytes)
  compiled.set(name, module)
  return module
}

interface KernelModule {
  readonly module: WebAssembly.Module
  readonly kernels: KernelExports
}

const instances = new WeakMap<object, KernelModule>()

/**
 * Our kernels, on the heap of this backend: instantiated at the first call, since kernels are registered before
 * the backend exists and tfjs calls a kernel's setup only when it is registered before `setBackend`.
 */
export function kernelModuleOf(backend: TfjsWasmBackend): KernelModule {
  const known = instances.get(backend)
  if (known !== undefined) return known
  const memory = heapMemory(asTfjsWasm(backend)) as WebAssembly.Memory
  const shared = typeof SharedArrayBuffer !== 'undefined' && memory.buffer instanceof SharedArrayBuffer
  const module = compile(kernelBinaries(), shared)
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as KernelExports
  instances.set(backend, { module, kernels })
  return { module, kernels }
}

export function kernelsOf(backend: TfjsWasmBackend): KernelExports {
  return kernelModuleOf(backend).kernels
}
