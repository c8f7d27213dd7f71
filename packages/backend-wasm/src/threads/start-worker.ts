import * as tf from '@tensorflow/tfjs-core'
import { nodeWorkerSource, pageWorkerSource } from './worker-source.ts'

/** What a worker needs to run kernels. */
export interface WorkerData {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  /** Control blocks, of which the worker's begins at `offset`. */
  readonly control: SharedArrayBuffer
  readonly offset: number
}

export interface KernelWorker {
  end(): Promise<void>
}

/** Starts a worker, of Node's or of the page's; `onProblem` hears of what ends it. */
export function startWorker(
  data: WorkerData,
  name: string,
  onProblem: (what: string) => void,
): Promise<KernelWorker> {
  return tf.env().getBool('IS_NODE') ? inNode(data, name, onProblem) : inPage(data, name, onProblem)
}

async function inNode(
  data: WorkerData,
  name: string,
  onProblem: (what: string) => void,
): Promise<KernelWorker> {
  const { Worker } = await import('node:worker_threads')
  const worker = new Worker(nodeWorkerSource, { eval: true, workerData: data, name })
  worker.on('error', error => onProblem(error.message))
  worker.on('exit', () => onProblem('a worker has ended'))
  // A process that has nothing else to do may end.
  worker.unref()
  return {
    end: async () => {
      await worker.terminate()
    },
  }
}

async function inPage(
  data: WorkerData,
  name: string,
  onProblem: (what: string) => void,
): Promise<KernelWorker> {
  const url = URL.createObjectURL(new Blob([pageWorkerSource], { type: 'text/javascript' }))
  const worker = new Worker(url, { name })
  worker.onerror = event => onProblem(event.message || 'a worker does not start')
  worker.postMessage(data)
  return {
    end: async () => {
      worker.terminate()
      URL.revokeObjectURL(url)
      onProblem('a worker has ended')
    },
  }
}
