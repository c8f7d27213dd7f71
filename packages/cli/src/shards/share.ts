import { ChiaroError, conflictError } from '@chiaro/core'
import { launcherOf } from '@chiaro/distributed/node'
import { InvalidArgumentError } from 'commander'

/** One of several tasks that share work: it does items index, index + count, index + 2·count, … */
export interface Share {
  /** From 0. */
  readonly index: number
  readonly count: number
}

/** A share, and who has said so. */
export interface KnownShare extends Share {
  readonly by: string
}

type Environment = Readonly<Record<string, string | undefined>>

/** A commander parser for "3/40": from 0/40 to 39/40. */
export function shareFlag(text: string): Share {
  const [, index, count] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text.trim()) ?? []).map(Number)
  if (count >= 1 && index < count) return { index, count }
  throw new InvalidArgumentError('It must be i/n, from 0/n to n−1/n.')
}

/**
 * The share of this task: what `--shard` says; else by the environment, the task of a Slurm array or the index of a Kubernetes
 * job, and within it the rank of a launcher of MPI. Where there are both, each task of the array has its ranks: task a of A
 * with rank r of R is a·R + r of A·R.
 *
 * @param options.tasks how many there are in all, which Kubernetes does not say
 * @throws ChiaroError ('data') for variables that are none, or an array whose tasks are not evenly spaced;
 *   ('argument-conflict') for tasks without such a job, and such a job without tasks
 */
export function shareOf(
  { shard, tasks }: { readonly shard?: Share; readonly tasks?: number },
  environment: Environment,
): KnownShare {
  if (shard !== undefined) {
    if (tasks !== undefined)
      throw conflictError('embed', '--tasks', '--shard i/n says how many tasks there are')
    return { ...shard, by: '--shard' }
  }
  const places = [slurmArray(environment), kubernetesJob(tasks, environment), ranks(environment)]
  const found = places.filter(place => place !== undefined)
  if (found.length === 0) return { index: 0, count: 1, by: 'no array, job or launcher' }
  return found.reduce((outer, inner) => ({
    index: outer.index * inner.count + inner.index,
    count: outer.count * inner.count,
    by: `${outer.by}, ${inner.by}`,
  }))
}

function slurmArray(environment: Environment): KnownShare | undefined {
  if (environment.SLURM_ARRAY_TASK_ID === undefined) return undefined
  const read = (name: string) => wholeOf(environment, `SLURM_ARRAY_TASK_${name}`)
  const [id, least, most] = [read('ID'), read('MIN'), read('MAX')]
  const step = environment.SLURM_ARRAY_TASK_STEP === undefined ? 1 : Math.max(1, read('STEP'))
  const count = environment.SLURM_ARRAY_TASK_COUNT === undefined ? (most - least) / step + 1 : read('COUNT')
  const index = (id - least) / step
  const even = least + (count - 1) * step === most && Number.isInteger(index) && index >= 0 && index < count
  if (even) return { index, count, by: `Slurm's array (task ${id} of ${least} to ${most} by ${step})` }
  const got = `task ${id} of ${count} from ${least} to ${most} by ${step}`
  const problem = `the tasks of Slurm's array must be evenly spaced, got ${got}; --shard i/n says the share`
  throw new ChiaroError('data', `embed: ${problem}`, '--shard')
}

function kubernetesJob(tasks: number | undefined, environment: Environment): KnownShare | undefined {
  if (environment.JOB_COMPLETION_INDEX === undefined) {
    if (tasks === undefined) return undefined
    const problem =
      'it belongs to an indexed job of Kubernetes, and JOB_COMPLETION_INDEX is not set; say --shard i/n'
    throw conflictError('embed', '--tasks', problem)
  }
  const index = wholeOf(environment, 'JOB_COMPLETION_INDEX')
  if (tasks === undefined) {
    const problem = `Kubernetes says which task this is (JOB_COMPLETION_INDEX is ${index}), not of how many: --tasks must be given, the job's completions`
    throw conflictError('embed', '--tasks', problem)
  }
  if (index < tasks) return { index, count: tasks, by: `Kubernetes' job (index ${index})` }
  const problem = `--tasks must be above JOB_COMPLETION_INDEX, which is ${index}, got ${tasks}`
  throw new ChiaroError('data', `embed: ${problem}`, '--tasks')
}

function ranks(environment: Environment): KnownShare | undefined {
  const launcher = launcherOf(environment)
  if (launcher === undefined || launcher.size === 1) return undefined
  const { name, rank, size } = launcher
  return { index: rank, count: size, by: `${name} (rank ${rank} of ${size})` }
}

function wholeOf(environment: Environment, name: string): number {
  const text = environment[name]
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text)
  const got = text === undefined ? 'none' : JSON.stringify(text)
  throw new ChiaroError(
    'data',
    `embed: ${name} must be a whole number, got ${got}; --shard i/n says the share`,
    name,
  )
}
