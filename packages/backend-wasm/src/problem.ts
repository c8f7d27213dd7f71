import type * as tf from '@tensorflow/tfjs-core'
import { type KernelExports, type KernelProblems, layouts } from './generated/kernel-exports.ts'
import { addressOf, withScratch } from './heap.ts'
import type { WasmKernelCall } from './kernel-module.ts'
import { heapMemory, type TfjsWasmBackend } from './tfjs-wasm.ts'

/** Where numbers are: in a tensor, or at an address (bytes). */
export type Place = tf.TensorInfo | number

/** How a problem lies on the heap, by the compiler of assembly/. */
export interface Layout<Problem> {
  readonly bytes: number
  write(heap: DataView, at: number, problem: Problem, addressOf: (place: Place | undefined) => number): void
}

let lastHeap: DataView | undefined

/** The heap as it is now; it gets a new buffer when it grows. */
function heapOf(backend: TfjsWasmBackend): DataView {
  const { buffer } = heapMemory(backend) as WebAssembly.Memory
  if (lastHeap?.buffer !== buffer) lastHeap = new DataView(buffer)
  return lastHeap
}

/** Writes a kernel's problem where the kernel will read it; a place that is missing is 0. */
export function writeProblem<K extends keyof KernelProblems>(
  backend: TfjsWasmBackend,
  kernel: K,
  problem: KernelProblems[K],
  address: number,
): void {
  layouts[kernel].write(heapOf(backend), address, problem, place =>
    typeof place === 'object' ? addressOf(backend, place) : (place ?? 0),
  )
}

/** Lends `use` a kernel's problem, for as long as it runs. */
export function withProblem<K extends keyof KernelProblems, T>(
  backend: TfjsWasmBackend,
  kernel: K,
  problem: KernelProblems[K],
  use: (address: number) => T,
): T {
  return withScratch(backend, layouts[kernel].bytes, address => {
    writeProblem(backend, kernel, problem, address)
    return use(address)
  })
}

/** The kernels that are told nothing but their problem. */
type WholeKernel = {
  [K in keyof KernelProblems]: Parameters<KernelExports[K]>['length'] extends 1 ? K : never
}[keyof KernelProblems]

/** Runs a kernel on its problem, and returns what it returns. */
export function solve<K extends WholeKernel>(
  { backend, kernels }: Pick<WasmKernelCall, 'backend' | 'kernels'>,
  kernel: K,
  problem: KernelProblems[K],
): ReturnType<KernelExports[K]> {
  const run = kernels[kernel] as (problem: number) => ReturnType<KernelExports[K]>
  return withProblem(backend, kernel, problem, run)
}
