import { ChiaroError, rangeError } from '@chiaro/ops'
import * as tf from '@tensorflow/tfjs-core'
import { kernelModuleOf } from '../kernel-module.ts'
import { asTfjsWasm, heapMemory, type TfjsWasmBackend } from '../tfjs-wasm.ts'
import { registerSharedHeap } from './shared-heap.ts'
import { startThreadPool, type ThreadPool } from './thread-pool.ts'

const pools = new WeakMap<object, ThreadPool>()

/** The pool of this backend; undefined while there is only this thread. */
export function threadPoolOf(backend: TfjsWasmBackend): ThreadPool | undefined {
  return pools.get(backend)
}

/** How many threads run our kernels on the current wasm backend; 1 where there is no pool. */
export function threadCount(): number {
  const running = tf.engine().registry.wasm as object | undefined
  return (running && pools.get(running)?.threads) ?? 1
}

/**
 * Starts the wasm backend with `count` threads for products, convolutions and the pairwise log-sum-exp, in Node. The
 * backend's heap is then shared memory. Results are the same to the bit for any count: threads share out rows, never a
 * sum. Threads are this module's own; they let the process end.
 *
 * @param count threads, this one included; 1 starts the backend as usual
 * @throws RangeError unless count is a whole number of 1…64; ChiaroError 'backend' outside of Node, when the backend
 *   runs already, or when a thread does not start
 */
export async function useThreads(count: number): Promise<void> {
  if (!Number.isInteger(count) || count < 1 || count > 64) {
    throw rangeError('useThreads', 'count', 'a whole number from 1 to 64', String(count))
  }
  if (count === threadCount() && tf.engine().registry.wasm !== undefined) return
  if (count > 1 && !tf.env().getBool('IS_NODE')) {
    throw new ChiaroError(
      'backend',
      'useThreads: more than one thread must run in Node, not in a page yet',
      'count',
    )
  }
  if (count > 1) registerSharedHeap()
  if (!(await tf.setBackend('wasm'))) {
    throw new ChiaroError('backend', 'useThreads: the wasm backend must start, it does not', 'count')
  }
  if (count === 1) return
  const backend = asTfjsWasm(tf.backend())
  const { module, kernels } = kernelModuleOf(backend)
  pools.set(backend, await startThreadPool(count, module, heapMemory(backend) as WebAssembly.Memory, kernels))
}

/** Ends the threads of the wasm backend, which goes on with one. A process ends without it. */
export async function endThreads(): Promise<void> {
  const running = tf.engine().registry.wasm as object | undefined
  const pool = running && pools.get(running)
  if (running === undefined || pool === undefined) return
  pools.delete(running)
  await pool.end()
}
