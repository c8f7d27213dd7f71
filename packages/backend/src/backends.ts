import { platform } from '#platform'
import type { Backend, BackendName, GraphicsBackend } from './backend.ts'
import { cpu } from './backends/cpu.ts'
import { wasm } from './backends/wasm.ts'

/** The tfjs backends that Chiaro knows, in the order in which they are tried. */
export const backendNames: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu']

/** The backend of a name: ours, one that was given, or in Node one that is found; undefined where there is none. */
export function backendOf(name: BackendName, given: readonly GraphicsBackend[]): Backend | undefined {
  return [wasm, cpu, ...given, ...platform.graphics].find(backend => backend.name === name)
}
