import { disposeModel, type RandomKey } from '@chiaro/core'
import { key as keyOf } from '@chiaro/random'
import { assignTensors, type Checkpoint, type RunInfo } from '@chiaro/train'
import type { DataKind, Foreign, Task, TaskModel } from './task.ts'

/**
 * A model with the weights of a checkpoint, to be used, not trained.
 *
 * @example
 * ```ts
 * import { tableFromRows } from '@chiaro/data'
 * import { key, normalValues } from '@chiaro/random'
 * import { density, openModel, runKey } from '@chiaro/tasks'
 * import { unpackRun } from '@chiaro/train'
 *
 * const rows = tableFromRows(normalValues(key(1), 100), 2, ['x', 'y'])
 * const trained = await density.train({ rows, key: key(2), steps: 5, widths: [16], noise: 'gaussian' })
 * const { info, latest } = unpackRun(trained.save())
 * const model = openModel(density, info, latest) // the task's own model, for what `can` can
 * console.log((await density.can.score?.(model, rows, runKey(info)))?.logDensities.length) // 100
 * ```
 */
export function openModel<S, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch>(
  task: Task<S, Kind, Config, Model, Batch>,
  { config }: Pick<RunInfo, 'config'>,
  { model: tensors }: Checkpoint,
  foreign?: Foreign,
): Model {
  // What the key draws is overwritten.
  const model = task.prepare(task.parse(config), keyOf(0), undefined, foreign)
  try {
    useWeights(model, tensors)
  } catch (error) {
    disposeModel(model)
    throw error
  }
  return model
}

/** Gives a model the weights of a checkpoint. @throws ChiaroError ('run') that names the tensor which does not fit */
export function useWeights({ parameters, buffers }: TaskModel, tensors: Checkpoint['model']): void {
  assignTensors('model', { ...parameters, ...buffers }, tensors)
}

/**
 * The key of a run.
 *
 * @see `openModel` for an example
 */
export function runKey({ seed }: Pick<RunInfo, 'seed'>): RandomKey {
  return keyOf(seed)
}
