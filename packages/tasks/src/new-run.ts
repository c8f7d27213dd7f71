import { backendReport } from '@chiaro/backend'
import type { NewRun } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'

/** What `run.json` says of a run that is made here and now, on the backend that computes. */
export async function newRun(task: string, config: unknown, seed: NewRun['seed']): Promise<NewRun> {
  const { backend, wasm } = await backendReport()
  return {
    task,
    config: config as NewRun['config'],
    seed,
    backend: { name: backend ?? tf.getBackend(), kernels: wasm?.kernelBuild },
    packages: { '@tensorflow/tfjs-core': tf.version_core },
  }
}
