import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readLog } from '@chiaro/train/node'

/** How far a run is, by its log. */
export const stepsDone = async (run: string) => (await readLog(run)).at(-1)?.step ?? 0

const saving = async (run: string) =>
  (await readdir(join(run, 'checkpoints')).catch((): string[] => [])).some(name => name.endsWith('.partial'))

export interface Training {
  /** The step that it goes on from. */
  readonly from: number
  /** Steps between checkpoints, and in all. */
  readonly every: number
  readonly steps: number
  /** Milliseconds within which it may be killed at any time. */
  readonly startup: number
}

/**
 * Resolves at the moment of a kill: after some steps (kind 0), in the midst of saving (1), or any time from the start on (2).
 *
 * @param draw from 0 to 1
 */
export async function moment(
  kind: number,
  draw: number,
  run: string,
  { from, every, steps, startup }: Training,
): Promise<void> {
  const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
  if (kind === 2) return void (await pause(startup * draw))
  const target = from + 1 + Math.floor(draw * (2 * every - 1))
  for (;;) {
    const step = await stepsDone(run)
    if (step >= steps) return
    if (kind === 0 && step >= target) return void (await pause(10 * draw))
    if (kind === 1 && step >= from + 1 && (await saving(run))) return void (await pause(3 * draw))
    await pause(1)
  }
}
