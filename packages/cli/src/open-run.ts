import { ChiaroError } from '@chiaro/core'
import {
  type Abilities,
  type AnyTask,
  openModel,
  runKey,
  type TaskModel,
  taskNamed,
  tasksThatCan,
} from '@chiaro/tasks'
import { type Checkpoint, digest, type RunInfo } from '@chiaro/train'
import { loadCheckpoint, readLatest, readRun } from '@chiaro/train/node'
import { openBackbone } from './data/open-backbone.ts'

export interface CheckpointOption {
  /** Default: the best where validation chose one, else the latest. */
  readonly checkpoint?: 'best' | 'latest'
  /** Where what the run stands on lies now. */
  readonly backbone?: string
}

/** A run and its task. */
export interface TaskRun {
  readonly folder: string
  readonly info: RunInfo
  readonly task: AnyTask
  readonly config: unknown
}

/** A run with its model. */
export interface OpenedRun extends TaskRun {
  readonly model: TaskModel
}

/** Reads what a run is. @throws ChiaroError ('run') that names the folder, also for a task that is not known */
export async function readTaskRun(folder: string): Promise<TaskRun> {
  const info = await readRun(folder)
  try {
    const task = taskNamed(info.task)
    return { folder, info, task, config: task.parse(info.config) }
  } catch (error) {
    if (!(error instanceof ChiaroError)) throw error
    throw new ChiaroError('run', `${folder}/run.json: ${error.message}`, error.argument, { cause: error })
  }
}

/** The model of a run, to be used. */
export async function openTrained(
  { folder, task, info, config }: TaskRun,
  { checkpoint, backbone }: CheckpointOption,
): Promise<TaskModel> {
  const needed = task.needs?.(config).backbone
  if (needed === undefined && backbone !== undefined) {
    const problem = `--backbone belongs to a run that stands on one, got ${folder} of ${task.name}`
    throw new ChiaroError('run', problem, '--backbone')
  }
  const file = backbone ?? needed?.file
  const foreign = needed === undefined || file === undefined ? {} : { backbone: await openBackbone(file) }
  return openModel(task, info, await chosenCheckpoint(folder, checkpoint), foreign)
}

async function chosenCheckpoint(folder: string, which: CheckpointOption['checkpoint']): Promise<Checkpoint> {
  const best = async () => ((await readLatest(folder)).best === undefined ? 'latest' : 'best')
  return loadCheckpoint(folder, which ?? (await best()))
}

/**
 * What tells a run's model from others: a digest of its task, its config and the weights of the checkpoint that is used. A
 * copy of the run has the same, a run that was trained on has another.
 */
export async function runIdentity(
  { folder, info }: TaskRun,
  { checkpoint }: Pick<CheckpointOption, 'checkpoint'>,
): Promise<string> {
  const { model } = await chosenCheckpoint(folder, checkpoint)
  const tensors = Object.entries(model).flatMap(([name, { shape, values }]) => [
    `${name} ${shape.join()}`,
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ])
  return digest([info.task, JSON.stringify(info.config), ...tensors])
}

/** The seed-made key of a run. */
export const keyOfRun = ({ info }: TaskRun) => runKey(info)

/**
 * What the run's task can do with its model.
 *
 * @throws ChiaroError ('run') that says which tasks can, where this one cannot
 */
export function abilityOf<Name extends keyof Abilities<TaskModel>>(
  where: string,
  { folder, task }: TaskRun,
  name: Name,
  what: string,
): NonNullable<Abilities<TaskModel>[Name]> {
  const ability = task.can[name]
  if (ability !== undefined) return ability
  const able = tasksThatCan(name).join(' or ')
  throw new ChiaroError(
    'run',
    `${where}: ${folder} must be a run that ${what} (${able}), got one of ${task.name}`,
    'run',
  )
}
