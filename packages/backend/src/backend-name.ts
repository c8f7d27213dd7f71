/** The tfjs backends Chiaro knows how to load, in the order a browser tries them. */
export const backendNames = ['webgpu', 'webgl', 'wasm', 'cpu'] as const

export type BackendName = (typeof backendNames)[number]
