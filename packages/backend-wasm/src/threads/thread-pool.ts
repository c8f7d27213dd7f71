import { ChiaroError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { platform } from '#platform'
import type { KernelExports } from '../generated/kernel-exports.ts'
import { argumentsAt, blockBytes, words } from './worker-source.ts'

/** Workers that run our kernels on the same heap as this thread. */
export interface ThreadPool {
  /** Threads in all, this one included. */
  readonly threads: number
  /** Runs a kernel with one argument list a thread; the last is this thread's. Returns when all are done. */
  run(kernel: keyof KernelExports, calls: readonly (readonly number[])[]): void
  end(): Promise<void>
}

/** A worker that has said nothing for so long is taken for dead, in milliseconds. */
const patience = 60_000
/** Looks at a worker, some tenths of a millisecond, before this thread sleeps where it may. */
const looksAwake = 50_000

/**
 * Starts count − 1 workers and waits until they can be asked.
 *
 * @throws ChiaroError 'backend' when one does not start
 */
export async function startThreadPool(
  count: number,
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  kernels: KernelExports,
): Promise<ThreadPool> {
  const names = Object.keys(kernels)
  const control = new SharedArrayBuffer((count - 1) * blockBytes)
  const blocks = Array.from({ length: count - 1 }, (_, i) => ({
    state: new Int32Array(control, i * blockBytes, 16),
    numbers: new Float64Array(control, i * blockBytes + argumentsAt, (blockBytes - argumentsAt) / 8),
  }))
  let problem: string | undefined
  const onProblem = (what: string) => {
    problem ??= what
  }
  for (const { state } of blocks) Atomics.store(state, words.done, -2)
  const workers = await Promise.all(
    blocks.map((_, i) => {
      const data = { module, memory, control, offset: i * blockBytes }
      return platform.startWorker(data, `chiaro kernels ${i + 1}`, onProblem)
    }),
  )
  const end = async () => {
    await Promise.all(workers.map(worker => worker.end()))
  }
  const deadline = Date.now() + patience
  while (blocks.some(({ state }) => Atomics.load(state, words.done) !== 0)) {
    if (problem !== undefined || Date.now() > deadline) {
      const what = problem ?? 'a worker does not start'
      await end()
      throw failure(what)
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }

  // No page may sleep on its main thread.
  const maySleep = tf.env().getBool('IS_NODE')
  let turn = 0
  return {
    threads: count,
    end,
    run(kernel, calls) {
      if (problem !== undefined) throw failure(problem)
      const others = calls.length - 1
      turn = (turn % 0x3fffffff) + 1
      for (let i = 0; i < others; i++) {
        const { state, numbers } = blocks[i]
        numbers.set(calls[i])
        state[words.kernel] = names.indexOf(kernel)
        state[words.count] = calls[i].length
        Atomics.store(state, words.claim, turn)
        Atomics.store(state, words.turn, turn)
        Atomics.notify(state, words.turn)
      }
      const work = kernels[kernel] as (...args: number[]) => void
      work(...calls[others])
      for (let i = 0; i < others; i++) {
        const { state } = blocks[i]
        // What a worker has not begun by now, on a machine that is busy, this thread does sooner itself.
        if (Atomics.compareExchange(state, words.claim, turn, 0) === turn) work(...calls[i])
        else waitFor(state, turn, maySleep)
      }
    },
  }
}

/** Looks until the worker is done; after a while it sleeps between looks, so that a core it shares is the worker's. */
function waitFor(state: Int32Array, turn: number, maySleep: boolean): void {
  let deadline = 0
  for (let looks = 1; ; looks++) {
    const done = Atomics.load(state, words.done)
    if (done === turn) return
    if (done === -1) throw failure('a worker failed in a kernel')
    if (looks < looksAwake) continue
    if (maySleep) Atomics.wait(state, words.done, done, 1)
    else if (looks % 1_000_000 !== 0) continue
    deadline ||= Date.now() + patience
    if (Date.now() > deadline) throw failure('a worker does not answer')
  }
}

function failure(what: string): ChiaroError {
  return new ChiaroError('backend', `@chiaro/backend-wasm: threads must run kernels, but ${what}`, 'threads')
}
