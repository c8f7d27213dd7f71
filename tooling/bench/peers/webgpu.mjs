// Ours on the graphics card, in Node by Dawn: node webgpu.mjs [--software]; this takes an adapter on the processor too.
import { createRequire } from 'node:module'
import { useBackend } from '@chiaro/backend'
import { webgpuReport } from '@chiaro/backend/webgpu'
import * as tf from '@tensorflow/tfjs-core'
import { copy, multiplyAdd } from './ours/card-ceiling.mjs'
import { nceStep, nceStepReplayed } from './ours/nce-step.mjs'
import { pairs } from './ours/pairs.mjs'
import { simclrStep } from './ours/simclr-step.mjs'
import { download, upload } from './ours/transfers.mjs'
import { serve } from './serve.mjs'
import { tensorMakers } from './tensors.mjs'

/** Ends a peer that can't measure, with the reason as its only word. */
function miss(missing) {
  process.stdout.write(`${JSON.stringify({ missing })}\n`)
  process.exit()
}

await import('@chiaro/test-kit/dawn').catch(error =>
  miss(`the package "webgpu" can't be loaded: ${error.message}`),
)
const { adapter, kernels, missing } = await webgpuReport()
if (adapter === undefined) miss(missing.join(' '))
if (adapter.software && !process.argv.includes('--software')) miss(missing.join(' '))
const { version } = createRequire(import.meta.url)('webgpu/package.json')
const versions = `Node ${process.version}, webgpu ${version}, tfjs ${tf.version_core}`
await useBackend('cpu')
await useBackend('webgpu').catch(error => miss(error.message))

// What is put behind all else in the card's queue is read last. Large enough for tfjs not to compute it on the host.
const mark = tf.tidy(() => tf.neg(tf.zeros([4096])))
async function settle() {
  const last = tf.neg(mark)
  await last.data()
  last.dispose()
}

/** Numbers of a maker's value and gradients on a backend. */
async function resultsOn(backend, maker, args) {
  await tf.setBackend(backend)
  const { results, dispose } = await maker(...args)
  const { value, gradients } = tf.tidy(results)
  const numbers = { value: await value.data(), gradients: await Promise.all(gradients.map(x => x.data())) }
  tf.dispose([value, gradients])
  await dispose?.()
  return numbers
}

/** The largest difference, as a share of the largest number. */
function difference(actual, expected) {
  const most = expected.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
  const worst = expected.reduce((largest, x, i) => Math.max(largest, Math.abs(actual[i] - x)), 0)
  if (!Number.isFinite(worst)) throw new Error('its numbers are not finite')
  return worst === 0 ? 0 : worst / most
}

/** Value and gradients on the card beside those of the cpu. */
async function compare(maker, args) {
  const card = await resultsOn('webgpu', maker, args)
  const host = await resultsOn('cpu', maker, args)
  await tf.setBackend('webgpu')
  return {
    value: difference(card.value, host.value),
    gradient: Math.max(...host.gradients.map((expected, i) => difference(card.gradients[i], expected))),
  }
}

const { gemm } = tensorMakers(tf)
await serve(
  `WebGPU, ${adapter.description}`,
  { gemm, pairs, nceStep, nceStepReplayed, simclrStep, upload, download, multiplyAdd, copy },
  { about: { adapter, kernels, versions }, settle, compare },
)
