// Everything that computes: the page itself only draws.
import { backendReport, useBackend } from '@chiaro/backend'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import { inWords } from './in-words.ts'
import type { Report, Request } from './messages.ts'
import { createSession } from './session.ts'

const post = (report: Report) => self.postMessage(report)

/** The page keeps a core for itself. */
const threads = Math.max(1, Math.min(8, navigator.hardwareConcurrency - 1))

async function start() {
  const wasmPaths = {
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  }
  const { chosen } = await useBackend('wasm', { wasmPaths, threads: self.crossOriginIsolated ? threads : 1 })
  const { wasm } = await backendReport()
  const handle = createSession(post)
  self.onmessage = ({ data }: MessageEvent<Request>) => void handle(data)
  const count = wasm?.threads ?? 1
  post({ kind: 'ready', backend: chosen, threads: count === 1 ? 'one thread' : `${count} threads` })
}

start().catch(error => post({ kind: 'failed', message: inWords(error) }))
