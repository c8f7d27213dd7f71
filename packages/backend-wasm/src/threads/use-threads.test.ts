import {
  AdamW,
  ChannelMoments,
  ChannelNorm,
  ChannelNormGrad,
  Gelu,
  GeluGrad,
  LayerNorm,
  LayerNormGrad,
  PhiloxNormal,
  pairwiseLogSumExp,
  RowLogSumExp,
  RowLogSumExpGrad,
  RowNormalize,
  RowNormalizeGrad,
  Silu,
  SiluGrad,
  SoftmaxGrad,
  StableSoftplus,
  StableSoftplusGrad,
} from '@chiaro/ops'
import { normalValues } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import '../register.ts'
import { layouts } from '../generated/kernel-exports.ts'
import { addressOf, allocate } from '../heap.ts'
import { kernelModuleOf } from '../kernel-module.ts'
import { writeProblem } from '../problem.ts'
import { asTfjsWasm, heapMemory } from '../tfjs-wasm.ts'
import { startThreadPool } from './thread-pool.ts'
import { endThreads, threadCount, useThreads } from './use-threads.ts'

const listeners = process.rawListeners('uncaughtException')

const attributes = { strides: [2, 1], pad: 'same', dilations: [1, 1], dataFormat: 'NHWC' }
const image = [5, 33, 31, 7] as const
const filterShape = [3, 3, 7, 18] as const

/** Every kernel that threads share, by name, on numbers of its own. */
function results(): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>()
  const keep = (name: string, compute: () => tf.Tensor) =>
    found.set(name, tf.tidy(compute).dataSync() as Float32Array)
  // Large enough to be shared out, with rows that no number of threads divides.
  const [m, k, n] = [131, 129, 67]
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const a = tf.tensor2d(normalValues(1, m * k), transposeA ? [k, m] : [m, k])
      const b = tf.tensor2d(normalValues(2, k * n), transposeB ? [n, k] : [k, n])
      keep(`product ${transposeA} ${transposeB}`, () => tf.matMul(a, b, transposeA, transposeB))
    }
  }
  const [left, right] = [1, 2].map(seed => tf.tensor(normalValues(seed, 40 * 33 * 31), [40, 33, 31]))
  keep('forty products', () => tf.matMul(left, right, false, true))
  const wide = tf.tensor2d(normalValues(9, 1111 * 67), [1111, 67])
  const [ofScale, ofRows] = [67, 1111].map(size => tf.tensor1d(normalValues(10, size)))
  const outputsOf = (kernel: string, inputs: tf.NamedTensorMap | tf.Tensor[], attrs: object = {}) => {
    const outputs = tf.engine().runKernel(kernel, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap)
    for (const [i, output] of [outputs].flat().entries()) {
      keep(`${kernel} ${i}`, () => tf.clone(output as tf.Tensor))
    }
  }
  for (const kernel of [Silu, Gelu, StableSoftplus]) outputsOf(kernel, { x: wide })
  for (const kernel of [SiluGrad, GeluGrad, StableSoftplusGrad]) outputsOf(kernel, { x: wide, dy: wide })
  outputsOf(LayerNorm, { x: wide, scale: ofScale, offset: ofScale }, { epsilon: 0.1 })
  outputsOf(LayerNormGrad, { x: wide, dy: wide, scale: ofScale }, { epsilon: 0.1 })
  outputsOf(RowNormalize, { x: wide })
  outputsOf(RowNormalizeGrad, { x: wide, dy: tf.square(wide) })
  outputsOf(RowLogSumExp, { x: wide })
  outputsOf(RowLogSumExpGrad, { x: wide, dy: ofRows })
  outputsOf(SoftmaxGrad, { y: wide, dy: wide })
  const [mean, variance] = [ofScale, tf.square(ofScale)]
  const channels = { x: wide, mean, variance, scale: ofScale, offset: mean }
  outputsOf(ChannelMoments, { x: wide })
  outputsOf(ChannelNorm, channels, { epsilon: 0.1, activation: 'relu' })
  outputsOf(ChannelNormGrad, { ...channels, dy: wide }, { epsilon: 0.1, activation: 'relu' })
  outputsOf(PhiloxNormal, {}, { shape: [200_001], words: [3, 4], mean: 0, standardDeviation: 1 })
  const update = { beta1: 0.9, beta2: 0.99, epsilon: 1e-6, firstCorrection: 0.1, secondCorrection: 0.01 }
  outputsOf(AdamW, [wide, wide, wide, tf.square(wide)], {
    ...update,
    learningRates: [0.1],
    weightDecays: [0.2],
    gradientScale: 0.5,
  })
  const x = tf.tensor4d(normalValues(3, 5 * 33 * 31 * 7), [...image])
  const filter = tf.tensor4d(normalValues(4, 3 * 3 * 7 * 18), [...filterShape])
  const dy = tf.tensor4d(normalValues(5, 5 * 17 * 31 * 18), [5, 17, 31, 18])
  const run = (kernel: string, inputs: tf.NamedTensorMap, more = {}) =>
    keep(kernel, () => tf.engine().runKernel(kernel, inputs, { ...attributes, ...more }) as tf.Tensor)
  run(tf.Conv2D, { x, filter })
  run(tf.Conv2DBackpropInput, { dy, filter }, { inputShape: [...image] })
  run(tf.Conv2DBackpropFilter, { x, dy }, { filterShape: [...filterShape] })
  const each = tf.tensor4d(normalValues(11, 3 * 3 * 7 * 8), [3, 3, 7, 8])
  const ofEach = tf.tensor4d(normalValues(12, 5 * 17 * 31 * 56), [5, 17, 31, 56])
  run(tf.DepthwiseConv2dNativeBackpropInput, { dy: ofEach, filter: each }, { inputShape: [...image] })
  run(tf.MaxPoolGrad, { dy: x, input: x, output: x }, { filterSize: 3, strides: 1 })
  keep('1×1', () => tf.conv2d(x, tf.tensor4d(normalValues(6, 7 * 40), [1, 1, 7, 40]), 1, 'same'))
  // 1300 keys are three parts, of which three threads take one each.
  const queries = tf.tensor2d(normalValues(7, 150 * 9), [150, 9])
  const keys = tf.tensor2d(normalValues(8, 1300 * 9), [1300, 9])
  const both = (q: tf.Tensor, k: tf.Tensor) => {
    const { rows, columns } = pairwiseLogSumExp(q as tf.Tensor2D, k as tf.Tensor2D, { columns: true })
    return tf.concat([rows, columns])
  }
  keep('log-sum-exp', () => both(queries, keys))
  for (const which of [0, 1]) keep(`its gradient ${which}`, () => tf.grads(both)([queries, keys])[which])
  return found
}

beforeAll(() => useThreads(3))
afterAll(endThreads)

test('three threads give the bits of one, on a shared heap', async () => {
  expect(threadCount()).toBe(3)
  expect(heapMemory(asTfjsWasm(tf.backend()))?.buffer).toBeInstanceOf(SharedArrayBuffer)
  const shared = results()
  await endThreads()
  expect(threadCount()).toBe(1)
  const alone = results()
  expect(shared.size).toBe(39)
  for (const [name, values] of alone) {
    expect(
      values.some(value => value !== 0),
      name,
    ).toBe(true)
    expect(
      Buffer.compare(Buffer.from(values.buffer), Buffer.from((shared.get(name) as Float32Array).buffer)),
      name,
    ).toBe(0)
  }
})

test('leaves the process its Worker and its listeners', () => {
  expect(process.rawListeners('uncaughtException')).toEqual(listeners)
  expect(Object.getOwnPropertyDescriptor(globalThis, 'Worker')).toBeUndefined()
})

/** A product of two matrices of ones, what a thread is busy with: the call that makes it, and its result. */
function product(size: number) {
  const backend = asTfjsWasm(tf.backend())
  const { kernels } = kernelModuleOf(backend)
  const [a, b, out] = [tf.ones([size, size]), tf.ones([size, size]), tf.zeros([size, size])]
  for (const tensor of [a, b, out]) tensor.dataSync()
  const room = (bytes: number) => Math.ceil(allocate(backend, bytes + 64) / 64) * 64
  const problem = room(layouts.matMul.bytes)
  const sizes = { m: size, n: size, k: size, transposeA: false, transposeB: false, activation: 0 }
  writeProblem(backend, 'matMul', { ...sizes, a, b, out }, problem)
  return { call: [problem, 0, size, room(kernels.matMulScratch(size, size))], out }
}

test('a kernel that fails in a worker, and a worker that is gone, are typed errors', async () => {
  const backend = asTfjsWasm(tf.backend())
  const { module, kernels } = kernelModuleOf(backend)
  const pool = await startThreadPool(2, module, heapMemory(backend) as WebAssembly.Memory, kernels)
  // Long enough for the worker to begin its part: reading from the end of 4 GiB traps.
  const { call } = product(700)
  const beyond = [-64, 0, 64, -64]
  expect(() => pool.run('matMul', [beyond, call])).toThrow(/a worker failed in a kernel/)
  await pool.end()
  expect(() => pool.run('matMul', [call, call])).toThrow(/a worker has ended/)
})

test('work that no worker begins is done all the same', async () => {
  const backend = asTfjsWasm(tf.backend())
  const { module, kernels } = kernelModuleOf(backend)
  const pool = await startThreadPool(3, module, heapMemory(backend) as WebAssembly.Memory, kernels)
  // Far shorter than a worker takes to wake: most parts are taken back, hundreds of times in a row.
  const parts = [product(5), product(6), product(7)]
  for (let i = 0; i < 500; i++) {
    for (const { out } of parts) kernels.fillFloats(addressOf(backend, out), out.size, -1)
    pool.run(
      'matMul',
      parts.map(({ call }) => call),
    )
    parts.forEach(({ out }, part) => {
      expect(out.dataSync().every(value => value === 5 + part)).toBe(true)
    })
    if (i % 100 === 0) await new Promise(resolve => setTimeout(resolve, 5))
  }
  await pool.end()
})

test('refuses counts that make no sense, and a backend that runs already', async () => {
  await expect(useThreads(0)).rejects.toThrow(/count must be 'auto' or a whole number from 1 to 64, got 0/)
  await expect(useThreads(1.5)).rejects.toThrow(RangeError)
  await expect(useThreads(2)).rejects.toThrow(/before the wasm backend starts/)
})
