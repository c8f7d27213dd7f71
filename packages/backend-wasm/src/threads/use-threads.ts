import { ChiaroError, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import { kernelModuleOf } from '../kernel-module.ts'
import { startOnSharedHeap, startProblem } from '../start-backend.ts'
import { asTfjsWasm, heapMemory, type TfjsWasmBackend } from '../tfjs-wasm.ts'
import { startThreadPool, type ThreadPool } from './thread-pool.ts'

const pools = new WeakMap<object, ThreadPool>()
const reasons = new WeakMap<object, string>()

/** As many as 'auto' starts at most: kernels share out some dozens of panels, and a laptop has other work too. */
const mostByItself = 8

/** The pool of this backend; undefined while there is only this thread. */
export function threadPoolOf(backend: TfjsWasmBackend): ThreadPool | undefined {
  return pools.get(backend)
}

function runningBackend(): object | undefined {
  return tf.engine().registry.wasm as object | undefined
}

/** How many threads run our kernels on the current wasm backend; 1 where there is no pool. */
export function threadCount(): number {
  const running = runningBackend()
  return (running && pools.get(running)?.threads) ?? 1
}

/** Why there are so many threads, in words; what `chiaro doctor` shows. */
export function threadReason(): string {
  const running = runningBackend()
  return (running && reasons.get(running)) ?? 'none were asked for'
}

/**
 * Starts the wasm backend with threads for products, convolutions, the gradients of pooling, normalisations,
 * activations, updates and the pairwise log-sum-exp. The heap is then shared memory: in Node always, in a page when it is cross-origin isolated.
 * Results are the same to the bit for any count: threads share out rows, never a sum. Threads are this module's own;
 * they let a process end.
 *
 * @param count threads, this one included; 1 starts the backend as usual. 'auto' (default): the cores available, at most
 *   8; one thread, with the reason in `threadReason`, where there is one core, no shared memory, a backend that runs
 *   already, or a worker that does not start
 * @throws RangeError unless count is 'auto' or a whole number of 1…64; ChiaroError 'backend' when the backend runs
 *   already with another count, has no shared memory, or when a thread does not start
 */
export async function useThreads(count: number | 'auto' = 'auto'): Promise<void> {
  if (count === 'auto') return useThreadsByItself()
  if (!Number.isInteger(count) || count < 1 || count > 64) {
    throw rangeError('useThreads', 'count', "'auto' or a whole number from 1 to 64", String(count))
  }
  if (runningBackend() !== undefined && count === threadCount()) return
  if (runningBackend() !== undefined && count === 1) {
    throw failure(`must be called before the wasm backend starts, it runs with ${threadCount()} threads`)
  }
  await start(count, `${count} asked for`)
}

async function useThreadsByItself(): Promise<void> {
  const running = runningBackend()
  if (running !== undefined) {
    if (!reasons.has(running)) reasons.set(running, 'the backend ran already')
    return
  }
  const { threads, reason } = threadsAvailable()
  try {
    await start(threads, reason)
  } catch (error) {
    if (threads === 1) throw error
    await start(1, error instanceof Error ? error.message : String(error))
  }
}

/** How many threads this machine and this page allow, and the reason. */
function threadsAvailable(): { readonly threads: number; readonly reason: string } {
  const cores = platform.cores()
  if ('reason' in cores) return { threads: 1, reason: cores.reason }
  const threads = Math.max(1, Math.min(cores.count, mostByItself))
  return {
    threads,
    reason: cores.count === 1 ? 'one core is available' : `${cores.count} cores are available`,
  }
}

async function start(count: number, reason: string): Promise<void> {
  const restore = count > 1 && platform.startOnSharedHeap ? startOnSharedHeap() : undefined
  try {
    if (!(await tf.setBackend('wasm'))) throw failure(`the wasm backend must start: ${startProblem()}`)
    const backend = asTfjsWasm(tf.backend())
    if (count > 1 && !pools.has(backend)) {
      const memory = heapMemory(backend) as WebAssembly.Memory
      if (!(memory.buffer instanceof SharedArrayBuffer)) {
        throw failure('the heap must be shared memory, which it is in a cross-origin isolated page')
      }
      const { module, kernels } = kernelModuleOf(backend)
      pools.set(backend, await startThreadPool(count, module, memory, kernels))
    }
    reasons.set(backend, reason)
  } catch (error) {
    restore?.()
    throw error
  }
}

function failure(what: string): ChiaroError {
  return new ChiaroError('backend', `useThreads: ${what}`, 'count')
}

/** Ends the threads of the wasm backend, which goes on with one. A process ends without it. */
export async function endThreads(): Promise<void> {
  const running = runningBackend()
  const pool = running && pools.get(running)
  if (running === undefined || pool === undefined) return
  pools.delete(running)
  reasons.set(running, 'the others were ended')
  await pool.end()
}
