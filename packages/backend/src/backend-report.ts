import { type GradientStatus, gradientReport } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import type { BackendName } from './backend.ts'
import { backendOf } from './backends.ts'

/** What `chiaro doctor` shows of this process. */
export interface BackendReport extends OwnReports {
  /** For instance "Node.js v20.20.2 on linux x64", or the browser's own words. */
  readonly platform: string
  /** The version of tfjs-core. */
  readonly tfjs: string
  /** tfjs's current backend; undefined before one has started. */
  readonly backend: string | undefined
  /** Gradients of stock tfjs that Chiaro corrects or adds: whose is registered. */
  readonly gradients: readonly GradientStatus[]
}

/** What the backend in use says of itself. */
export interface OwnReports {
  /** On the wasm backend only. */
  readonly wasm?: WasmReport
}

export interface WasmReport {
  /** The build of our kernels, as run folders record it. */
  readonly kernelBuild: string
  /** How they multiply and add: with two roundings, in one instruction, or so for wide registers. */
  readonly multiplyAdd: 'separate' | 'fused' | 'wide'
  /** Threads that run them. */
  readonly threads: number
  /** Why so many, in words. */
  readonly threadReason: string
  /** Kernels Chiaro adds or replaces: whose is registered. */
  readonly kernels: readonly { readonly kernel: string; readonly registered: 'chiaro' | 'other' | 'none' }[]
  /** Bytes of the WASM heap: in use now, at most so far, grown to, allowed. */
  readonly heap:
    | { readonly used: number; readonly peak: number; readonly size: number; readonly budget: number }
    | undefined
}

function platform(): string {
  if (tf.env().getBool('IS_NODE')) {
    return `Node.js ${process.version} on ${process.platform} ${process.arch}`
  }
  return globalThis.navigator?.userAgent ?? 'unknown'
}

/** The backend in use, its versions, its heap, and what of ours is registered. Nothing is started. */
export async function backendReport(): Promise<BackendReport> {
  const backend = tf.engine().backendName || undefined
  const own = await backendOf(backend as BackendName, [])?.report?.()
  return { platform: platform(), tfjs: tf.version_core, backend, gradients: gradientReport(), ...own }
}
