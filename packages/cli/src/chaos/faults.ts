import { chmod, lstat, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RandomKey } from '@chiaro/core'
import { foldIn, key, uniformValues } from '@chiaro/random'
import { type ChaosCommand, commands } from './commands.ts'
import { wishes } from './disk-fault.ts'

/** What can befall a command. */
const kinds = [
  'SIGKILL',
  ...wishes,
  'ENOSPC',
  'EIO',
  'EACCES',
  'a flipped bit of the run',
  'a truncated file of the run',
  'a flipped bit of the data',
  'a truncated file of the data',
] as const
export type FaultKind = (typeof kinds)[number]

export interface Trial {
  readonly number: number
  readonly command: ChaosCommand
  readonly kind: FaultKind
  /** Makes what is drawn of it besides. */
  readonly key: RandomKey
}

/** Each kind as often as the others; which command by chance, among those that have what the kind needs. */
export function drawTrial(seed: number, number: number): Trial {
  const own = foldIn(key(seed), number)
  const kind = kinds[number % kinds.length]
  const able = kind.endsWith('of the run') ? commands.filter(({ begins }) => begins !== 'nothing') : commands
  return { number, kind, command: able[below(foldIn(own, 0), able.length)], key: foldIn(own, 1) }
}

/** A number from 0 to n − 1. */
export const below = (own: RandomKey, n: number): number => Math.floor(n * uniformValues(own, 1)[0])

/** Flips one bit of a file, or cuts it off; says which. */
export async function damage(folder: string, files: readonly string[], trial: Trial): Promise<string> {
  const whole: string[] = []
  for (const file of files) if ((await lstat(join(folder, file))).size > 0) whole.push(file)
  const file = whole[below(foldIn(trial.key, 1), whole.length)]
  const path = join(folder, file)
  const bytes = await readFile(path)
  const at = below(foldIn(trial.key, 2), bytes.length)
  if (trial.kind.startsWith('a truncated')) {
    await truncate(path, at)
    return `${file} cut to ${at} of ${bytes.length} bytes`
  }
  const bit = below(foldIn(trial.key, 3), 8)
  bytes[at] ^= 1 << bit
  await writeFile(path, bytes)
  return `${file} with bit ${bit} of byte ${at} flipped`
}

/** Rights that nobody has: of a file or folder to be read, of a folder to be written. Gives what restores them. */
export async function deny(
  folder: string,
  paths: readonly string[],
  trial: Trial,
): Promise<{ readonly what: string; readonly restore: () => Promise<void> }> {
  const path = paths[below(foldIn(trial.key, 1), paths.length)]
  const isFolder = (await lstat(join(folder, path))).isDirectory()
  // The working directory has to be entered.
  const mode = path === '' || (isFolder && below(foldIn(trial.key, 2), 3) > 0) ? 0o555 : 0o000
  const { mode: before } = await lstat(join(folder, path))
  await chmod(join(folder, path), mode)
  return {
    what: `${path === '' ? 'the folder' : path} with rights ${mode.toString(8)}`,
    restore: () => chmod(join(folder, path), before & 0o777),
  }
}
