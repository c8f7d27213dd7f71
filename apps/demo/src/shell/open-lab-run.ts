import { disposeModel } from '@chiaro/core'
import { key as keyOf } from '@chiaro/random/host'
import { useWeights } from '@chiaro/tasks'
import type { HostTensors } from '@chiaro/train'
import type { LabKinds } from './lab-kinds.ts'
import type { LabRun, LabWork, Watch } from './lab-work.ts'

/** A run whose settings and config may be exchanged while it goes on. */
export type OpenLabRun<L extends LabKinds> = LabRun<L> & { now: LabRun<L>['now'] }

/** The model of a run, fresh or with weights, and what is shown of it. */
export async function openLabRun<L extends LabKinds>(
  work: LabWork<L>,
  made: L['made'],
  weights?: HostTensors,
): Promise<[run: OpenLabRun<L>, watch: Watch<L>]> {
  const key = keyOf(made.settings.seed)
  const model = work.task.prepare(made.config, key, made.data)
  try {
    if (weights !== undefined) useWeights(model, weights)
    const run = { made, model, key, now: made as LabRun<L>['now'] }
    return [run, await work.watch(run)]
  } catch (error) {
    disposeModel(model)
    throw error
  }
}
