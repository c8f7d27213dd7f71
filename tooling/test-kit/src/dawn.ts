// WebGPU in Node, by Dawn.
import { create, globals } from 'webgpu'

Object.assign(globalThis, globals)
globalThis.navigator ??= {} as Navigator
Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true })
