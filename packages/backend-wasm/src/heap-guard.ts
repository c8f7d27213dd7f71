import { ChiaroError, rangeError } from '@chiaro/core'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

/** How much of the WASM heap is taken, in bytes. */
export interface HeapBytes {
  /** What tensors and scratch hold now, counted from the moment this package met the heap. */
  readonly used: number
  /** The most that was held at once. */
  readonly peak: number
  /** What the heap has grown to; it never shrinks. */
  readonly size: number
  /** What `used` may not pass (`setHeapBudget`). */
  readonly budget: number
}

/** The most a WASM heap of 32-bit addresses can be: 4 GiB less one page. */
export const largestHeap = 2 ** 32 - 2 ** 16

/**
 * The most one block can be. tfjs's allocator asks for more heap with a signed number: for 2 GiB it would give
 * some back instead, and hand out what others use.
 */
const largestBlock = 2 ** 31 - 2 ** 16

interface Guard {
  readonly sizes: Map<number, number>
  used: number
  peak: number
}

/** By a global symbol, so that two copies of this package count once. */
const mark = Symbol.for('chiaro.heap-guard')

interface GuardedModule {
  _malloc(bytes: number): number
  _free(address: number): void
  readonly HEAPU8: Uint8Array
  [mark]?: Guard
}

let budget = largestHeap
let guarded: GuardedModule | undefined

function exhausted(bytes: number, { HEAPU8 }: GuardedModule, { used }: Guard): ChiaroError {
  return new ChiaroError(
    'out-of-memory',
    `@chiaro/backend-wasm: the WASM heap must have room for ${bytes} bytes more, it has not: ` +
      `${used} bytes are in use, the heap is ${HEAPU8.length} bytes, its budget ${budget}, ` +
      `and one tensor at most ${largestBlock}; ` +
      'dispose tensors (tf.tidy), make the batch smaller, or see setHeapBudget',
  )
}

/**
 * Makes every allocation on this backend's heap succeed or throw. tfjs's own kernels take what malloc returns
 * as it is, so that a tensor for which there is no room would be written over address 0. They all allocate
 * through this one function of the module; repeating the call does nothing.
 */
export function guardHeap(backend: TfjsWasmBackend): void {
  const module = backend.wasm as unknown as GuardedModule
  guarded = module
  if (module[mark] !== undefined) return
  // Emscripten's stubs put the real functions in their own place at the first call: let them do it now.
  module._free(module._malloc(16))
  const malloc = module._malloc
  const free = module._free
  const guard: Guard = { sizes: new Map(), used: 0, peak: 0 }
  module[mark] = guard
  module._malloc = bytes => {
    if (bytes > largestBlock || guard.used + bytes > budget) throw exhausted(bytes, module, guard)
    const address = malloc(bytes) >>> 0
    if (address === 0 && bytes > 0) throw exhausted(bytes, module, guard)
    guard.sizes.set(address, bytes)
    guard.used += bytes
    guard.peak = Math.max(guard.peak, guard.used)
    return address
  }
  module._free = address => {
    // tfjs also frees blocks its own C++ took, which were never counted, and `null` for string tensors.
    guard.used -= guard.sizes.get(address >>> 0) ?? 0
    guard.sizes.delete(address >>> 0)
    free(address)
  }
}

/**
 * Limits what tensors and scratch may hold on the WASM heap. An allocation that would pass it throws a
 * ChiaroError 'out-of-memory'. What is held already stays.
 *
 * @param bytes at least 0 and at most 2³² − 2¹⁶, the default
 * @throws RangeError when it is neither
 */
export function setHeapBudget(bytes: number): void {
  if (!(bytes >= 0 && bytes <= largestHeap)) {
    throw rangeError('setHeapBudget', 'bytes', `a number from 0 to ${largestHeap}`, String(bytes))
  }
  budget = bytes
}

/** How much of the WASM heap is taken; undefined before the wasm backend has started. */
export function heapBytes(): HeapBytes | undefined {
  const guard = guarded?.[mark]
  if (guarded === undefined || guard === undefined) return undefined
  return { used: guard.used, peak: guard.peak, size: guarded.HEAPU8.length, budget }
}
