import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readLog } from '@chiaro/train/node'

/** How far a run is, by its log. */
export const stepsDone = async (run: string) => (await readLog(run)).at(-1)?.step ?? 0

/** When a path was changed last; never where there is none. */
const changed = (path: string) =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )

/** Whether a checkpoint is being written, other than one that was before. */
async function isSaving(run: string, since: number): Promise<boolean> {
  const all = join(run, 'checkpoints')
  const partial = (await readdir(all).catch((): string[] => [])).filter(name => name.endsWith('.partial'))
  const times = await Promise.all(partial.map(name => changed(join(all, name))))
  return times.some(time => time >= since)
}

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
  const began = Date.now()
  const target = from + 1 + Math.floor(draw * (2 * every - 1))
  for (;;) {
    // What was logged before is cut off when the run goes on.
    const isOn = (await changed(join(run, 'log.jsonl'))) >= began
    const step = isOn ? await stepsDone(run) : 0
    if (step >= steps) return
    if (kind === 0 && step >= target) return void (await pause(10 * draw))
    if (kind === 1 && step >= from + 1 && (await isSaving(run, began))) return void (await pause(3 * draw))
    await pause(1)
  }
}
