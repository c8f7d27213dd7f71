import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { describeOthers } from '@chiaro/data'
import { type BadPicture, describeBad, replaceFile } from '@chiaro/data/node'
import type { Terminal } from './terminal.ts'

/** What a command did not use of the data it was given, and how much it did; it is said in its last lines. */
export interface LeftOut {
  /** Pictures that were used, of all the command's sources. */
  used: number
  /** Pictures that can't be used, by --skip-bad. */
  readonly bad: BadPicture[]
  /** Files of a folder that are no pictures, hidden ones among them. */
  readonly others: string[]
}

export const nothingLeftOut = (): LeftOut => ({ used: 0, bad: [], others: [] })

/**
 * Calls `read` with what it is to do with each bad picture, and then leaves them out, or refuses them all.
 *
 * @throws ChiaroError ('data') that names them and the flag, without skipBad
 */
export async function leavingOut<T>(
  leftOut: LeftOut,
  skipBad: boolean | undefined,
  read: (onBad: (bad: BadPicture) => void) => Promise<T>,
): Promise<T> {
  const bad: BadPicture[] = []
  const result = await read(one => void bad.push(one))
  leaveOut(leftOut, skipBad, bad)
  return result
}

/** Leaves bad pictures out, or refuses them all. @throws ChiaroError ('data') that names them and the flag, without skipBad */
export function leaveOut(leftOut: LeftOut, skipBad: boolean | undefined, bad: readonly BadPicture[]): void {
  if (bad.length > 0 && !skipBad) {
    const count = bad.length === 1 ? '' : `${bad.length} pictures can't be used: `
    const it = bad.length === 1 ? 'it' : 'them'
    throw new ChiaroError('data', `${count}${describeBad(bad)}; --skip-bad leaves ${it} out`, '--skip-bad')
  }
  for (const one of bad) leftOut.bad.push(one)
}

/** Says what was not used, where there is something; `listed` is the file that has all of it. */
export function sayLeftOut({ used, bad, others }: LeftOut, terminal: Terminal, listed?: string): void {
  const where = listed === undefined ? '' : `; listed in ${listed}`
  if (bad.length + others.length > 0) terminal.print(`used: ${pictures(used)}`)
  if (bad.length > 0) {
    terminal.print(`left out: ${pictures(bad.length)} (${describeBad(bad)})${where}`)
  }
  if (others.length > 0) {
    terminal.print(`passed by: ${describeOthers(others)}${where}`)
  }
}

const pictures = (count: number) => (count === 1 ? '1 picture' : `${count} pictures`)

/** What a result says of what was not used, where there is something: the bad pictures, how many other files. */
export function skippedIn({ bad, others }: LeftOut): {
  readonly skipped?: readonly BadPicture[]
  readonly passedBy?: number
} {
  return {
    ...(bad.length > 0 && { skipped: bad }),
    ...(others.length > 0 && { passedBy: others.length }),
  }
}

/** Lists in a run's folder what was not used; gives the file, where there is something. */
export async function listLeftOut(folder: string, leftOut: LeftOut): Promise<string | undefined> {
  if (leftOut.bad.length + leftOut.others.length === 0) return undefined
  const file = join(folder, 'skipped.json')
  await replaceFile(file, partial => writeFile(partial, `${JSON.stringify(leftOut, undefined, 2)}\n`))
  return file
}
