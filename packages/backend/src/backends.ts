import type { Backend } from './backend.ts'
import { cpu } from './backends/cpu.ts'
import { wasm } from './backends/wasm.ts'
import { webgl } from './backends/webgl.ts'
import { webgpu } from './backends/webgpu.ts'

export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu'

/** The tfjs backends that Chiaro knows, in the order in which they are tried. */
export const backends: Readonly<Record<BackendName, Backend>> = { webgpu, webgl, wasm, cpu }

export const backendNames = Object.keys(backends) as readonly BackendName[]
