import * as tf from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import '../register.ts'
import { asTfjsWasm, heapMemory } from '../tfjs-wasm.ts'
import { threadCount, threadReason, useThreads } from './use-threads.ts'

vi.mock('#platform', async original => {
  const { platform } = await original<{ platform: object }>()
  const startWorker = () => Promise.reject(new Error('no worker starts here'))
  return { platform: { ...platform, cores: () => ({ count: 4 }), startWorker } }
})

test('where no worker starts, asking for threads fails, and auto goes on with one and says why', async () => {
  await expect(useThreads(2)).rejects.toThrow(/no worker starts here/)
  await useThreads('auto')
  expect(threadCount()).toBe(1)
  expect(threadReason()).toMatch(/no worker starts here/)
  expect(heapMemory(asTfjsWasm(tf.backend()))?.buffer).toBeInstanceOf(ArrayBuffer)
  const [a, b] = [tf.ones([130, 120]), tf.ones([120, 110])] as [tf.Tensor2D, tf.Tensor2D]
  expect(tf.matMul(a, b).dataSync()[0]).toBe(120)
  await expect(useThreads(3)).rejects.toThrow(/before the wasm backend starts/)
  await useThreads('auto')
  expect(threadCount()).toBe(1)
})
