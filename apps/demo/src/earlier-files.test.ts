import { readFileSync } from 'node:fs'
import { useBackend } from '@chiaro/backend'
import { integerValues, key as keyOf } from '@chiaro/random'
import {
  clip,
  type DataKind,
  type DataKinds,
  type Task,
  type TaskModel,
  trainModel,
  useWeights,
} from '@chiaro/tasks'
import { type Checkpoint, unpackRun } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { type Atlas, caption, splitOf } from './clip/atlas.ts'
import { pairsOf, settingsOf } from './clip/training.ts'
import { densityWork } from './density/work.ts'
import type { LabKinds } from './shell/lab-kinds.ts'
import type { LabWork } from './shell/lab-work.ts'
import { decodeRunFile } from './shell/run-file.ts'
import { simclrWork } from './simclr/work.ts'

// Runs that the labs saved before their training was a task's: at step 4 of 10, and at its end. Made with nets of few
// units by that code, on an engine that rounds products before it adds them: later ones do too when asked to.

beforeAll(() => useBackend('wasm', { multiplyAdd: 'separate' }))
afterEach(() => tf.disposeVariables())

const read = (name: string) =>
  new Uint8Array(readFileSync(new URL(`./earlier-files/${name}.zip`, import.meta.url)))
const page = { address: 'http://localhost/', show() {}, remark() {}, superseded: () => false }

/** Trains on from a checkpoint, and holds the end to that of a file. */
async function expectSameEnd<S, K extends DataKind, C, M extends TaskModel<C>, B>(
  task: Task<S, K, C, M, B>,
  { config, data, seed }: { readonly config: C; readonly data: DataKinds[K]; readonly seed: number },
  start: Checkpoint,
  name: string,
) {
  const model = task.prepare(config, keyOf(seed), data)
  useWeights(model, start.model)
  let last: Checkpoint | undefined
  const save = (checkpoint: Checkpoint) => {
    last = checkpoint
  }
  await trainModel(task, model, data, keyOf(seed), { live: () => config, start, save })
  expect(last).toEqual(unpackRun(read(`${name}-ended`)).latest)
}

async function expectLabGoesOn<L extends LabKinds>(work: LabWork<L>, name: string) {
  const { run, seed } = decodeRunFile(work, read(`${name}-begun`))
  const { config, data } = await work.opened(run, seed)
  expect(run.latest.step).toBe(4)
  await expectSameEnd(work.task, { config, data, seed }, run.latest, name)
}

const densities = ['binary', 'ranking', 'conditional', 'divergence', 'denoising', 'sliced']
it.each(densities)('the density lab goes on with a run by %s to the same bits', objective =>
  expectLabGoesOn(densityWork(page), `density-${objective}`),
)

it('the SimCLR lab goes on with a run and its pictures to the same bits', () =>
  expectLabGoesOn(simclrWork(page), 'simclr'))

/** Ten emoji of noise, by three vendors. */
function noisyAtlas(): Atlas {
  const names =
    'red heart,green apple,blue book,yellow sun,black cat,white dog,grey mouse,pink pig,brown bear,orange fox'
  const emoji = names
    .split(',')
    .map(name => ({ name, keywords: [name.split(' ')[1], 'small'], group: 'nature' }))
  const [side, count] = [8, 3 * emoji.length]
  const bytes = integerValues(keyOf(11), count * side * side * 3, { maximum: 256 })
  return {
    side,
    columns: 5,
    vendors: ['a', 'b', 'c'],
    groups: ['nature'],
    emoji,
    drawings: { data: Uint8Array.from(bytes), shape: [count, side, side, 3] },
    captions: emoji.map(caption),
    ...splitOf(emoji.length),
    fingerprint: {},
  }
}

it('the CLIP lab goes on with a run to the same bits', async () => {
  const atlas = noisyAtlas()
  const { run, seed } = decodeRunFile({ task: clip, title: 'CLIP' }, read('clip-begun'))
  const config = clip.parse(run.info.config)
  expect(settingsOf(config, seed, atlas.side)).toMatchObject({ batchSize: 4, logitScale: 12, learned: true })
  const data = { training: pairsOf(atlas) }
  await expectSameEnd(clip, { config, data, seed }, run.latest, 'clip')
})
