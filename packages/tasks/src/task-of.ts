import { ChiaroError } from '@chiaro/core'
import type { RunInfo } from '@chiaro/train'

/** @throws ChiaroError ('run') unless a run is one of the task */
export function taskOf(
  { task: got }: Pick<RunInfo, 'task'>,
  { name, formerly = [] }: { readonly name: string; readonly formerly?: readonly string[] },
): void {
  if (got === name || formerly.includes(got)) return
  throw new ChiaroError('run', `${name}: the run must be one of the task ${name}, got one of "${got}"`, 'run')
}
