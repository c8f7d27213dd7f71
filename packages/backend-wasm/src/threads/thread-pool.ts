import { ChiaroError } from '@chiaro/ops'
import type { KernelExports } from '../generated/kernels.ts'
import { argumentsAt, blockBytes, words, workerSource } from './worker-source.ts'

/** Workers that run our kernels on the same heap as this thread. */
export interface ThreadPool {
  /** Threads in all, this one included. */
  readonly threads: number
  /** Runs a kernel with one argument list a thread; the last is this thread's. Returns when all are done. */
  run(kernel: keyof KernelExports, calls: readonly (readonly number[])[]): void
  end(): Promise<void>
}

/** A worker that has said nothing for so long is taken for dead. */
const patience = 60_000

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
  const { Worker } = await import('node:worker_threads')
  const names = Object.keys(kernels)
  const control = new SharedArrayBuffer((count - 1) * blockBytes)
  const blocks = Array.from({ length: count - 1 }, (_, i) => ({
    state: new Int32Array(control, i * blockBytes, 16),
    numbers: new Float64Array(control, i * blockBytes + argumentsAt, (blockBytes - argumentsAt) / 8),
  }))
  let problem: string | undefined
  const workers = blocks.map(({ state }, i) => {
    Atomics.store(state, words.done, -2)
    const worker = new Worker(workerSource, {
      eval: true,
      workerData: { module, memory, control, offset: i * blockBytes },
      name: `chiaro kernels ${i + 1}`,
    })
    worker.on('error', error => {
      problem = error.message
    })
    worker.on('exit', () => {
      problem ??= 'a worker has ended'
    })
    // A process that has nothing else to do may end.
    worker.unref()
    return worker
  })
  const end = async () => {
    await Promise.all(workers.map(worker => worker.terminate()))
  }
  const deadline = Date.now() + patience
  while (blocks.some(({ state }) => Atomics.load(state, words.done) !== 0)) {
    if (problem !== undefined || Date.now() > deadline) {
      await end()
      throw failure(problem ?? 'a worker does not start')
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }

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
        Atomics.store(state, words.turn, turn)
        Atomics.notify(state, words.turn)
      }
      ;(kernels[kernel] as (...args: number[]) => void)(...calls[others])
      for (let i = 0; i < others; i++) waitFor(blocks[i].state, turn)
    },
  }
}

/** Looks until the worker is done: no page may sleep on its main thread, and it is about to be. */
function waitFor(state: Int32Array, turn: number): void {
  let deadline = 0
  for (let looks = 1; ; looks++) {
    const done = Atomics.load(state, words.done)
    if (done === turn) return
    if (done === -1) throw failure('a worker failed in a kernel')
    if (looks % 1_000_000 !== 0) continue
    deadline ||= Date.now() + patience
    if (Date.now() > deadline) throw failure('a worker does not answer')
  }
}

function failure(what: string): ChiaroError {
  return new ChiaroError('backend', `@chiaro/backend-wasm: threads must run kernels, but ${what}`, 'threads')
}
