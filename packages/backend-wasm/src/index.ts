// First of all: whoever imports anything from here trains with our kernels, and differentiates with the
// gradients of @chiaro/ops.
import './register.ts'

export { type HeapBytes, heapBytes, setHeapBudget } from './heap-guard.ts'
export { type KernelStatus, kernelReport } from './kernel-report.ts'
export { kernelBuild, type MultiplyAdd, multiplyAdd, setMultiplyAdd } from './multiply-add.ts'
export { endThreads, threadCount, threadReason, useThreads } from './threads/use-threads.ts'
export { setWasmPaths } from './wasm-paths.ts'
