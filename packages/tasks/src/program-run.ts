import { backendReport } from '@chiaro/backend'
import type { RandomKey } from '@chiaro/core'
import { type Checkpoint, type FitStep, type NewRun, packRun, type SavedRun, unpackRun } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { disposeModel, openModel, runKey, useWeights } from './open-model.ts'
import { readSettings } from './settings/read-settings.ts'
import type { DataKind, DataKinds, Task, TaskModel, TaskReport } from './task.ts'
import { taskOf } from './task-of.ts'
import { type TrainingOutcome, trainModel } from './train-model.ts'

/** What a program may ask of any training. */
export interface ProgramOptions {
  /** Called after each step, and awaited; `steps` is the last one's number. */
  readonly onStep?: (step: FitStep, steps: number) => void | Promise<void>
  /** Ends training after the step in the making; what was learned goes to `onSave`, then the reason is thrown. */
  readonly signal?: AbortSignal
  /** Called with the run as bytes at every checkpoint, for a store of one's own; `resume` goes on from them. */
  readonly onSave?: (run: Uint8Array) => void | Promise<void>
}

/** A trained model in a program's hands. */
export interface ProgramRun<Config, Model> {
  readonly config: Config
  readonly model: Model
  readonly key: RandomKey
  /** Of the training that made it; absent for a loaded one. */
  readonly outcome?: TrainingOutcome
  readonly report?: TaskReport['figures']
  /** The run as the bytes of a ZIP, which unpacked is a run folder of the command. */
  save(): Uint8Array
  /** Frees the model. */
  dispose(): void
}

/** Configures and trains a task on data in memory. */
export async function trainRun<S, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch>(
  task: Task<S, Kind, Config, Model, Batch>,
  data: DataKinds[Kind],
  { key, onStep, signal, onSave, ...given }: ProgramOptions & { readonly key: RandomKey } & object,
): Promise<ProgramRun<Config, Model>> {
  const settings = readSettings(task.name, task.settings, given) as S
  const config = await task.configure(settings, data, key)
  const { backend, wasm } = await backendReport()
  const info: NewRun = {
    task: task.name,
    config: config as NewRun['config'],
    seed: [key.high, key.low],
    backend: { name: backend ?? tf.getBackend(), kernels: wasm?.kernelBuild },
    packages: { '@tensorflow/tfjs-core': tf.version_core },
  }
  return finish(task, info, data, { onStep, signal, onSave })
}

/** Goes on with a run that was saved before its last step, on the same data, to the bits of the unbroken one. */
export async function resumeRun<S, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch>(
  task: Task<S, Kind, Config, Model, Batch>,
  bytes: Uint8Array,
  data: DataKinds[Kind],
  options: ProgramOptions,
): Promise<ProgramRun<Config, Model>> {
  const run = unpackRun(bytes)
  taskOf(run.info, task)
  return finish(task, run.info, data, options, run)
}

/** Opens what `save` or `onSave` gave, or a run folder of the command packed as a ZIP. */
export function loadRun<S, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch>(
  task: Task<S, Kind, Config, Model, Batch>,
  bytes: Uint8Array,
): ProgramRun<Config, Model> {
  const run = unpackRun(bytes)
  taskOf(run.info, task)
  return held(openModel(task, run.info, run.best ?? run.latest), run)
}

async function finish<S, Kind extends DataKind, Config, Model extends TaskModel<Config>, Batch>(
  task: Task<S, Kind, Config, Model, Batch>,
  info: NewRun,
  data: DataKinds[Kind],
  { onStep, signal, onSave }: ProgramOptions,
  from?: SavedRun,
): Promise<ProgramRun<Config, Model>> {
  const key = runKey(info)
  const config = task.parse(info.config)
  const model = task.prepare(config, key, data)
  let latest: Checkpoint | undefined
  let best = from?.best
  try {
    const outcome = await trainModel(task, model, data, key, {
      save: (checkpoint, about) => {
        latest = checkpoint
        if (about.best) best = checkpoint
        return onSave?.(packRun({ info, latest, best }))
      },
      saveRegularly: onSave !== undefined,
      start: from?.latest,
      signal,
      onStep,
    })
    // Its last step always makes a checkpoint; averaged weights are only there.
    const saved = { info, latest: latest as Checkpoint, best }
    useWeights(model, (best ?? saved.latest).model)
    const report = (await task.report?.(model, data, key))?.figures
    return { ...held(model, { ...saved, report }), outcome }
  } catch (error) {
    disposeModel(model)
    throw error
  }
}

function held<Config, Model extends TaskModel<Config>>(
  model: Model,
  run: SavedRun,
): ProgramRun<Config, Model> {
  return {
    config: model.config,
    model,
    key: runKey(run.info),
    report: run.report,
    save: () => packRun(run),
    dispose: () => disposeModel(model),
  }
}
