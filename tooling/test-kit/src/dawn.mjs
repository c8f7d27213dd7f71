// WebGPU in Node, by Dawn.
import { create, globals } from 'webgpu'

Object.assign(globalThis, globals)
globalThis.navigator ??= {}
Object.defineProperty(navigator, 'gpu', { value: create([]), configurable: true })
