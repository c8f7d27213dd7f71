import * as tf from '@tensorflow/tfjs-core'

/** What a browser says about a way to its graphics hardware. */
export interface Adapter {
  /** The name it gives, for the report. */
  readonly description: string
  /** True when it computes on the CPU: slower than WASM, and never chosen by itself. */
  readonly software: boolean
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i

interface GpuAdapter {
  readonly features?: Iterable<string>
  readonly limits?: {
    readonly maxStorageBufferBindingSize?: number
    readonly maxComputeWorkgroupStorageSize?: number
  }
  readonly isFallbackAdapter?: boolean
  readonly info?: {
    readonly vendor?: string
    readonly architecture?: string
    readonly description?: string
    readonly isFallbackAdapter?: boolean
  }
}
/** What we use of `navigator.gpu`. */
export interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>
}

/** The WebGPU adapter a page gets, or undefined where there is none. */
export async function webgpuAdapter(
  gpu: Gpu | null | undefined = (globalThis.navigator as { gpu?: Gpu } | undefined)?.gpu,
): Promise<Adapter | undefined> {
  const adapter = await gpu?.requestAdapter().catch(() => null)
  if (!adapter) return undefined
  const { vendor, architecture, description } = adapter.info ?? {}
  const name = [vendor, architecture, description].filter(Boolean).join(' ') || 'an unnamed adapter'
  const fallback = adapter.isFallbackAdapter === true || adapter.info?.isFallbackAdapter === true
  return { description: name, software: fallback || softwareNames.test(name) }
}

interface Canvas {
  getContext(kind: 'webgl2' | 'webgl'): WebGLRenderingContext | null
}

function canvas(): Canvas | undefined {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(1, 1) as unknown as Canvas
  if (typeof document !== 'undefined') return document.createElement('canvas')
  return undefined
}

/** The WebGL renderer a page gets, or undefined where there is none. */
export function webglAdapter(surface: Canvas | undefined = canvas()): Adapter | undefined {
  const context = surface?.getContext('webgl2') ?? surface?.getContext('webgl')
  if (!context) return undefined
  const unmasked = context.getExtension('WEBGL_debug_renderer_info')
  const renderer = context.getParameter(unmasked?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER)
  // Browsers allow only a few contexts at a time; tfjs makes its own.
  context.getExtension('WEBGL_lose_context')?.loseContext()
  const description = String(renderer)
  return { description, software: softwareNames.test(description) }
}

/** Why a backend of the graphics card is taken by name only: in Node, without an adapter, and with one in software. */
export async function objectionTo(
  offered: string,
  find: () => Adapter | undefined | Promise<Adapter | undefined>,
): Promise<string | undefined> {
  if (tf.env().getBool('IS_NODE')) return 'in Node it is used only when asked for by name'
  const adapter = await find()
  if (adapter === undefined) return `this browser offers no ${offered}`
  return adapter.software ? `${adapter.description} is a software adapter` : undefined
}
