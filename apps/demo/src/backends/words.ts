import type { BackendName } from '@chiaro/backend'
import type { WorkName } from './messages.ts'
import { sizes } from './sizes.ts'

export const backendWords: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'JavaScript',
}

const { product, pairs, width, rows, noiseRatio, hidden } = sizes

export const workWords: Readonly<Record<WorkName, { readonly title: string; readonly what: string }>> = {
  product: {
    title: `${product}³ product`,
    what: `Two matrices of ${product} × ${product} multiplied: ${((2 * product ** 3) / 1e6).toFixed(0)} million operations.`,
  },
  clip: {
    title: 'CLIP step',
    what: `CLIP’s loss of ${pairs} pairs of ${width} numbers, and both gradients. Their error is that of the worst entry beside 64-bit floats, as a part of the largest.`,
  },
  nce: {
    title: 'NCE step',
    what: `Binary NCE of a network (2 → ${hidden} → ${hidden} → 1) on ${rows} rows with ν = ${noiseRatio}, and the gradients of its parameters.`,
  },
}

export const milliseconds = (value: number) => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
export const megabytes = (bytes: number | undefined) =>
  bytes === undefined ? '–' : `${(bytes / 1e6).toFixed(1)} MB`
