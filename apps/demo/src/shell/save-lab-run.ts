import type { Checkpoint } from '@chiaro/train'
import type { LabKinds } from './lab-kinds.ts'
import type { LabRun, LabWork, Watch } from './lab-work.ts'
import { encodeRunFile } from './run-file.ts'

/** A run as a file, and what that is called. @throws RangeError in words where there is nothing to save */
export async function saveLabRun<L extends LabKinds>(
  work: LabWork<L>,
  run: LabRun<L>,
  watch: Watch<L>,
  checkpoint: Checkpoint | undefined,
): Promise<{ readonly file: Uint8Array; readonly name: string }> {
  const { onlyLooked } = run.made
  if (onlyLooked !== undefined) throw new RangeError(`There is nothing new to save. ${onlyLooked}`)
  if (checkpoint === undefined) throw new RangeError('There is nothing to save yet: train a little first.')
  const { settings, config } = run.now
  const { name, data, beside, config: besides } = work.kept(run)
  const file = await encodeRunFile(work, {
    config: { ...(config as object), ...besides },
    seed: settings.seed,
    checkpoint: watch.stored?.(checkpoint) ?? checkpoint,
    data,
    beside,
  })
  return { file, name: `chiaro-${name}-${checkpoint.step}.zip` }
}
