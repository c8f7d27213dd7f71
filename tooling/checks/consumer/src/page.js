// A page as someone writes it who has read nothing of `.wasm` files: the build carries them along.
import { threadCount, useThreads } from '@chiaro/backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { compute } from './compute.js'

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
