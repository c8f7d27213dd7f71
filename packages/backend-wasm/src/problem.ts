import { type KernelExports, type KernelProblems, layouts } from './generated/kernel-exports.ts'
import { allocate, withScratch } from './heap.ts'
import type { WasmKernelCall } from './kernel-module.ts'
import { heapMemory, type TfjsWasmBackend } from './tfjs-wasm.ts'

/** How a problem lies on the heap, by the compiler of assembly/. */
export interface Layout<Problem> {
  readonly bytes: number
  write(heap: DataView, at: number, problem: Problem, backend: TfjsWasmBackend): void
}

let lastHeap: DataView | undefined

/** The heap as it is now; it gets a new buffer when it grows. */
function heapOf(backend: TfjsWasmBackend): DataView {
  const { buffer } = heapMemory(backend) as WebAssembly.Memory
  if (lastHeap?.buffer !== buffer) lastHeap = new DataView(buffer)
  return lastHeap
}

/** Writes a kernel's problem where the kernel will read it. */
export function writeProblem<K extends keyof KernelProblems>(
  backend: TfjsWasmBackend,
  kernel: K,
  problem: KernelProblems[K],
  address: number,
): void {
  layouts[kernel].write(heapOf(backend), address, problem, backend)
}

/** What the problem of a kernel takes at most. */
const mostBytes = Math.max(...Object.values(layouts).map(({ bytes }) => bytes))

/** Where each backend's kernels find the problem that is theirs alone; it is written anew for each call. */
const problemAddresses = new WeakMap<TfjsWasmBackend, number>()

function problemAddressOf(backend: TfjsWasmBackend): number {
  const known = problemAddresses.get(backend)
  if (known !== undefined) return known
  // Kept for good: small kernels would mostly ask for it and give it back.
  const address = Math.ceil(allocate(backend, mostBytes + 16) / 16) * 16
  problemAddresses.set(backend, address)
  return address
}

/** Writes the problem of a kernel that runs at once, before any other; gives its address. */
export function poseProblem<K extends keyof KernelProblems>(
  backend: TfjsWasmBackend,
  kernel: K,
  problem: KernelProblems[K],
): number {
  const address = problemAddressOf(backend)
  writeProblem(backend, kernel, problem, address)
  return address
}

/** Lends `use` a kernel's problem, for as long as it runs: other kernels may run meanwhile. */
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
  return run(poseProblem(backend, kernel, problem))
}
