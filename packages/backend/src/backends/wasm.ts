import type { Backend } from '../backend.ts'
import { switchOn } from '../engine-flags.ts'

const load = () => import('@chiaro/backend-wasm')

export const wasm: Backend = {
  name: 'wasm',
  install: '@chiaro/backend-wasm',
  load,
  prepare: async ({ wasmPaths, threads = 'auto', multiplyAdd }) => {
    await switchOn(multiplyAdd ?? 'auto')
    const { setMultiplyAdd, setWasmPaths, useThreads } = await load()
    if (wasmPaths !== undefined) setWasmPaths(wasmPaths)
    if (multiplyAdd !== undefined) setMultiplyAdd(multiplyAdd)
    await useThreads(threads)
  },
  report: async () => {
    const { heapBytes, kernelBuild, kernelReport, multiplyAdd, threadCount, threadReason } = await load()
    return {
      wasm: {
        kernelBuild: kernelBuild(),
        multiplyAdd: multiplyAdd(),
        threads: threadCount(),
        threadReason: threadReason(),
        kernels: kernelReport(),
        heap: heapBytes(),
      },
    }
  },
}
