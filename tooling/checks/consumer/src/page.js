// The three files tfjs chooses from, as assets of the build, as the README of @chiaro/backend-wasm shows.
import { setWasmPaths } from '@chiaro/backend-wasm'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import { compute } from './compute.js'

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
})
const report = await compute().catch(error => ({ error: String(error.stack ?? error) }))
await fetch('/result', { method: 'POST', body: JSON.stringify(report) })
