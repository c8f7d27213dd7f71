import * as tf from '@tensorflow/tfjs-core'
import { type Gpu, webgpuAdapter } from './adapters.ts'
import { webgpuInstall } from './backends/webgpu.ts'

/** What stands between this process and WebGPU. */
export interface WebgpuReport {
  /** Whether there is a `navigator.gpu`. */
  readonly offered: boolean
  readonly adapter: WebgpuAdapterReport | undefined
  /** Whether tfjs's package for it can be loaded. */
  readonly installed: boolean
  /** The ops that have a kernel of ours there. */
  readonly kernels: readonly string[]
  /** What is missing and what to do about it, a sentence or two each; none where nothing is. */
  readonly missing: readonly string[]
}

export interface WebgpuAdapterReport {
  /** The name it gives. */
  readonly description: string
  /** True when it computes on the CPU. */
  readonly software: boolean
  /** Optional features of WebGPU that it has, for instance "subgroups". */
  readonly features: readonly string[]
  /** Bytes that one tensor may have. */
  readonly largestTensor: number | undefined
  /** Bytes that the invocations of a workgroup share. */
  readonly sharedMemory: number | undefined
}

/** Where it is looked for; default: this process. */
export interface WebgpuPlace {
  readonly gpu?: Gpu | undefined
  readonly inNode: boolean
}

const here = (): WebgpuPlace => ({
  gpu: (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu,
  inNode: tf.env().getBool('IS_NODE'),
})

/** Which parts of WebGPU are here and which are missing. Starts no backend. */
export async function webgpuReport(place: WebgpuPlace = here()): Promise<WebgpuReport> {
  const found = await webgpuAdapter(place.gpu ?? null)
  const loaded = await import('@chiaro/backend-webgpu').catch(() => undefined)
  const raw = found && (await place.gpu?.requestAdapter())
  const adapter = found && {
    ...found,
    features: [...(raw?.features ?? [])].sort(),
    largestTensor: raw?.limits?.maxStorageBufferBindingSize,
    sharedMemory: raw?.limits?.maxComputeWorkgroupStorageSize,
  }
  const missing = [
    ...(place.gpu ? [] : [place.inNode ? noneInNode : noneInBrowser]),
    ...(place.gpu && !adapter ? [noAdapter] : []),
    ...(adapter?.software ? [`${adapter.description} computes on the processor. ${softwareAdapter}`] : []),
    ...(loaded ? [] : [noPackage]),
  ]
  return {
    offered: place.gpu !== undefined,
    adapter,
    installed: loaded !== undefined,
    kernels: loaded?.webgpuKernels ?? [],
    missing,
  }
}

const noneInNode =
  'Node offers no WebGPU. Dawn’s is the package "webgpu" (npm install webgpu), to be put at navigator.gpu before Chiaro is ' +
  'loaded; even so tfjs reads tensors at once by way of a canvas, which Node lacks. Train on wasm here, and on WebGPU in a browser.'
const noneInBrowser =
  'This page has no navigator.gpu. Open it over https or from localhost, in a browser with WebGPU: Chrome or Edge 113, ' +
  'Safari 26, Firefox 141 or later; on Linux it may have to be switched on.'
const noAdapter =
  'WebGPU is offered but finds no adapter. The graphics driver is missing, too old or blocked: update it, or see chrome://gpu; ' +
  'on Linux it needs Vulkan.'
const softwareAdapter =
  'It is slower than wasm and taken by name only; let the browser use the graphics card in its settings.'
const noPackage = `The package of tfjs for WebGPU can’t be loaded: npm install ${webgpuInstall}.`
