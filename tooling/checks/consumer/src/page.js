// The three files tfjs chooses from, as assets of the build, as the README of @chiaro/backend-wasm shows.
import { setWasmPaths, threadCount, useThreads } from '@chiaro/backend-wasm'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import * as tf from '@tensorflow/tfjs-core'
import { compute } from './compute.js'

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
})

/** In a cross-origin isolated page two threads share out a product, of which every element is 300. */
async function shared() {
  await useThreads(2)
  const product = tf.matMul(tf.ones([201, 300]), tf.ones([300, 103]))
  const wrong = (await product.data()).findIndex(value => value !== 300)
  return { threads: threadCount(), wrong }
}

async function report() {
  const threads = globalThis.crossOriginIsolated ? await shared() : {}
  return { ...(await compute()), ...threads }
}

const result = await report().catch(error => ({ error: String(error.stack ?? error) }))
await fetch('/result', { method: 'POST', body: JSON.stringify(result) })
