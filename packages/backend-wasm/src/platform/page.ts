import { pageWorkerSource } from '../threads/worker-source.ts'
import type { Platform, WasmFile } from './platform.ts'

/**
 * tfjs's files as assets of this package. Written so that bundlers see them, and right without a bundler too; tfjs's plain
 * build is left out, since our kernels need SIMD.
 */
const ownFiles: Readonly<Partial<Record<WasmFile, () => URL>>> = {
  'tfjs-backend-wasm-simd.wasm': () => new URL('../generated/tfjs-backend-wasm-simd.wasm', import.meta.url),
  'tfjs-backend-wasm-threaded-simd.wasm': () =>
    new URL('../generated/tfjs-backend-wasm-threaded-simd.wasm', import.meta.url),
}

/** What speaks against a file at this address; undefined when nothing does. */
async function problemAt(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { credentials: 'same-origin' })
    const type = response.headers.get('content-type') ?? ''
    // Whoever loads it asks again, and gets it from the browser's cache.
    await response.body?.cancel()
    if (!response.ok) return `${url} answered ${response.status} ${response.statusText}`.trimEnd()
    // What a server gives for pages that it does not know.
    return /\bhtml\b/.test(type) ? `${url} answered with a page (${type})` : undefined
  } catch (error) {
    return `${url} can't be fetched (${error instanceof Error ? error.message : String(error)})`
  }
}

export const platform: Platform = {
  cores: () =>
    (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true
      ? { count: navigator.hardwareConcurrency || 1 }
      : { reason: 'this page is not cross-origin isolated (headers COOP and COEP)' },

  startWorker: async (data, name, onProblem) => {
    const url = URL.createObjectURL(new Blob([pageWorkerSource], { type: 'text/javascript' }))
    const worker = new Worker(url, { name })
    worker.onerror = event => onProblem(event.message || 'a worker does not start')
    worker.postMessage(data)
    return {
      end: async () => {
        worker.terminate()
        URL.revokeObjectURL(url)
        onProblem('a worker has ended')
      },
    }
  },

  findFile: async (name, given) => {
    const base = (globalThis as { location?: { href: string } }).location?.href
    const url = given === undefined ? ownFiles[name]?.().href : new URL(given, base).href
    if (url === undefined) return { missing: [`${name} is not among this package's files`] }
    const problem = /^https?:/.test(url) ? await problemAt(url) : undefined
    return problem === undefined ? { at: url } : { missing: [problem] }
  },
}
