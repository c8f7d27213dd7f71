import { ChiaroError } from '@chiaro/core'
import { clip } from './clip/clip.ts'
import { density } from './density/density.ts'
import { scarf } from './scarf/scarf.ts'
import { sentences } from './sentences/sentences.ts'
import { simclr } from './simclr/simclr.ts'
import { type Abilities, type AnyTask, asAnyTask } from './task.ts'

/** Every task, in the order that lists show them. A new one is a folder here, and a line. */
export const tasks: readonly AnyTask[] = [
  asAnyTask(clip),
  asAnyTask(simclr),
  asAnyTask(scarf),
  asAnyTask(sentences),
  asAnyTask(density),
]

/**
 * The task that `run.json` names, by its present name or one it had.
 *
 * @throws ChiaroError ('run') that lists the tasks there are
 *
 * @example
 * ```ts
 * import { taskNamed, tasksThatCan } from '@chiaro/tasks'
 *
 * console.log(taskNamed('ebm').name) // density: a name that runs of before have
 * console.log(tasksThatCan('embedImages')) // clip, simclr
 * ```
 */
export function taskNamed(name: string): AnyTask {
  const found = tasks.find(task => task.name === name || task.formerly?.includes(name))
  if (found !== undefined) return found
  const names = tasks.map(task => task.name).join(', ')
  throw new ChiaroError('run', `task must be one of ${names}, got "${name}"`, 'task')
}

/**
 * The names of the tasks that can do something: for who asked one that cannot.
 *
 * @see `taskNamed` for an example
 */
export function tasksThatCan(ability: keyof Abilities<never>): string[] {
  return tasks.filter(({ can }) => can[ability] !== undefined).map(({ name }) => name)
}
