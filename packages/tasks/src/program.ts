import { conflictError, disposeModel, type RandomKey } from '@chiaro/core'
import { type Checkpoint, type FitStep, type NewRun, packRun, type SavedRun, unpackRun } from '@chiaro/train'
import { lent } from './lent.ts'
import { newRun } from './new-run.ts'
import { openModel, runKey, useWeights } from './open-model.ts'
import { readSettings } from './settings/read-settings.ts'
import type { DataKind, DataKinds, Foreign, Task, TaskModel, TaskReport } from './task.ts'
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
  /** Frees the model, once the calls under way have ended. */
  dispose(): void
}

/** What a program gives a task to learn from, and gets. */
export interface ProgramFace<Given, Data, Config, Model, Handle> {
  /** The names of what is given, among the options. */
  readonly given: readonly (keyof Given & string)[]
  /** What is given, as the task takes it. */
  data(given: Given): Data
  /** What a trained model can do. */
  handle(run: ProgramRun<Config, Model>): Handle
}

/** A task for programs: the record, and what they call. */
export type Program<Task, Settings, Given, Config, Model, Handle> = Task & {
  /** Configures a run by settings and trains it on what is given. */
  train(
    options: Given & Partial<Settings> & ProgramOptions & { readonly key: RandomKey },
  ): Promise<ProgramRun<Config, Model> & Handle>
  /** Goes on with the bytes that `onSave` gave, on the same data, to the bits of the unbroken run. */
  resume(run: Uint8Array, options: Given & ProgramOptions): Promise<ProgramRun<Config, Model> & Handle>
  /**
   * Opens what `save` or `onSave` gave, or a run folder of the command packed as a ZIP; `foreign` is what the model stands on
   * that the run does not keep.
   */
  load(run: Uint8Array, foreign?: Foreign): ProgramRun<Config, Model> & Handle
}

/** Gives a task the functions that programs call. */
export function programOf<
  Settings,
  Kind extends DataKind,
  Config,
  Model extends TaskModel<Config>,
  Batch,
  Given extends object,
  Handle extends object,
>(
  task: Task<Settings, Kind, Config, Model, Batch>,
  { given, data, handle }: ProgramFace<Given, DataKinds[Kind], Config, Model, Handle>,
): Program<Task<Settings, Kind, Config, Model, Batch>, Settings, Given, Config, Model, Handle> {
  const withHandle = (run: ProgramRun<Config, Model>) =>
    Object.assign(run, lent(task.name, handle(run), run.dispose))
  return {
    ...task,
    async train(options) {
      const { key, onStep, signal, onSave, ...rest } = options
      const settings = Object.fromEntries(
        Object.entries(rest).filter(([name]) => !(given as readonly string[]).includes(name)),
      )
      const unknown = Object.keys(settings).find(name => !Object.hasOwn(task.settings.shape, name))
      if (unknown !== undefined) throw conflictError(task.name, unknown, `there is no setting ${unknown}`)
      const known = readSettings(task.name, task.settings, settings) as Settings
      const taken = data(options)
      const config = await task.configure(known, taken, key, signal)
      const info = await newRun(task.name, config, [key.high, key.low])
      return withHandle(await finish(task, info, taken, { onStep, signal, onSave }))
    },
    async resume(bytes, options) {
      const run = unpackRun(bytes)
      taskOf(run.info, task)
      return withHandle(await finish(task, run.info, data(options), options, run))
    },
    load(bytes, foreign) {
      const run = unpackRun(bytes)
      taskOf(run.info, task)
      return withHandle(held(openModel(task, run.info, run.best ?? run.latest, foreign), run))
    },
  }
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
