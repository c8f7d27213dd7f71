import { ChiaroError } from '@chiaro/core'
import { describeBackends, expectClose } from '@chiaro/test-kit'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, expect, it } from 'vitest'
import { heapBytes, largestHeap, setHeapBudget } from './heap-guard.ts'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

afterEach(() => setHeapBudget(largestHeap))

function failure(f: () => unknown): ChiaroError {
  try {
    f()
  } catch (error) {
    if (error instanceof ChiaroError) return error
    throw error
  }
  throw new Error('it did not throw')
}

describeBackends(
  'the heap guard',
  () => {
    it('counts what tensors hold', () => {
      const before = heapBytes()!
      const x = tf.ones([1000])
      expect(heapBytes()!.used - before.used).toBe(4000)
      tf.dispose(x)
      expect(heapBytes()!.used).toBe(before.used)
      expect(heapBytes()!.peak).toBeGreaterThanOrEqual(before.used + 4000)
      expect(before.size).toBeGreaterThan(0)
      expect(before.budget).toBe(largestHeap)
    })

    it("refuses what passes the budget, by our kernels and by tfjs's, and recovers", () => {
      const x = tf.ones([1000])
      const { used } = heapBytes()!
      setHeapBudget(used + 3000)
      for (const f of [
        () => tf.zeros([1000]),
        () => tf.exp(x),
        () => tf.matMul(tf.reshape(x, [1000, 1]), tf.ones([1, 10])),
        () => tf.cast(x, 'int32'),
        () => tf.tensor1d(new Float32Array(1000)),
      ]) {
        const error = failure(() => tf.tidy(() => void f()))
        expect(error.code).toBe('out-of-memory')
        expect(error.message).toMatch(/room for \d+ bytes more/)
      }
      expect(heapBytes()!.used).toBe(used)
      setHeapBudget(largestHeap)
      expectClose(tf.sum(tf.exp(tf.zeros([1000]))), 1000)
    })

    it('refuses 300 MB beyond a budget and leaves every tensor as it was', () => {
      const low = tf.fill([16], 5)
      setHeapBudget(64 * 2 ** 20)
      const error = failure(() => tf.ones([75, 2 ** 20]))
      expect(error.message).toContain(`room for ${75 * 2 ** 22} bytes more`)
      expectClose(low, Array(16).fill(5))
    })

    it('refuses what malloc refuses, and writes nothing to address 0', () => {
      const { wasm } = tf.backend() as unknown as TfjsWasmBackend & { wasm: { HEAPU8: Uint8Array } }
      const before = wasm.HEAPU8.slice(0, 4096)
      const block = 1.9 * 2 ** 30
      // Nothing is written to the blocks: no memory is taken. The rest is within the budget, but not all of it
      // is free: tfjs's stack and data are there too.
      const blocks = [wasm._malloc(block), wasm._malloc(block)]
      const error = failure(() => wasm._malloc(largestHeap - heapBytes()!.used))
      expect(error.code).toBe('out-of-memory')
      for (const address of blocks) wasm._free(address)
      expect(wasm.HEAPU8.slice(0, 4096)).toEqual(before)
      expectClose(tf.sum(tf.ones([1000])), 1000)
    })

    it('refuses a block of 2 GiB, which the allocator would take for a negative one', () => {
      const x = tf.fill([16], 5)
      const { wasm } = tf.backend() as unknown as TfjsWasmBackend
      expect(failure(() => wasm._malloc(2 ** 31)).code).toBe('out-of-memory')
      expectClose(x, Array(16).fill(5))
    })

    it('checks the budget itself', () => {
      for (const bytes of [-1, Number.NaN, 2 ** 33]) expect(() => setHeapBudget(bytes)).toThrow(RangeError)
    })
  },
  { backends: ['wasm'] },
)
