import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldIn, key, uniformValues } from '@chiaro/random'
import { latestWholeCheckpoint, readLog } from '@chiaro/train/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noiseIdx } from './chaos/fixture.ts'
import { moment, stepsDone } from './kill-moments-in-test.ts'
import { start } from './process-in-test.ts'

/** How often the run is killed: CHIARO_KILLS=20 for the long form. */
const kills = Number(process.env.CHIARO_KILLS ?? 3)
/** Steps between checkpoints, and in all: more than the kills can use up. */
const every = 5
const steps = every * (2 * kills + 2)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-kill-'))
  await writeFile(join(folder, 'pictures.idx'), noiseIdx(64, 12))
})
afterAll(() => rm(folder, { recursive: true }))

function training(run: string): string[] {
  const source = ['--images', `idx:${join(folder, 'pictures.idx')}`, '--out', run, '--seed', '1']
  const net = ['--widths', '8,16', '--head-hidden', '16', '--head-output', '8', '--batch-size', '16']
  const moco = ['--objective', 'moco', '--queue', '40', '--momentum', '0.9']
  return [
    'train',
    'simclr',
    ...source,
    ...net,
    ...moco,
    '--steps',
    `${steps}`,
    '--checkpoint-every',
    `${every}`,
  ]
}

test(`a run killed ${kills} times and resumed ends with the bits of an unbroken one`, {
  timeout: 30_000 + 15_000 * kills,
}, async () => {
  const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')]
  const unbroken = start(...training(whole))
  const [code] = await once(unbroken, 'exit')
  expect(code, unbroken.notes()).toBe(0)

  const draws = uniformValues(foldIn(key(8), kills), kills)
  let killed = 0
  for (let i = 0; i < kills; i++) {
    const begun = (await readdir(broken).catch((): string[] => [])).includes('run.json')
    const found = begun ? await latestWholeCheckpoint(broken) : undefined
    const from = found?.checkpoint?.step ?? 0
    const child = begun ? start('resume', broken) : start(...training(broken))
    const exit = once(child, 'exit')
    await Promise.race([moment(i % 3, draws[i], broken, { from, every, steps, startup: 1500 }), exit])
    child.kill('SIGKILL')
    const [left, signal] = await exit
    expect(left === null ? signal : child.notes()).toBe('SIGKILL')
    killed++
    if (!(await readdir(broken).catch((): string[] => [])).includes('run.json')) continue
    const { checkpoint, damaged } = await latestWholeCheckpoint(broken)
    expect(damaged).toEqual([])
    expect(checkpoint?.step ?? 0).toBeGreaterThanOrEqual(from)
    expect((await stepsDone(broken)) - (checkpoint?.step ?? 0)).toBeLessThanOrEqual(every)
  }
  expect(killed).toBe(kills)

  const last = start('resume', broken)
  const [end] = await once(last, 'exit')
  expect(end, last.notes()).toBe(0)
  for (const name of ['model.safetensors', 'optimizer.safetensors', 'state.json']) {
    const of = (run: string) => readFile(join(run, 'checkpoints', `${steps}`, name))
    expect((await of(broken)).equals(await of(whole)), name).toBe(true)
  }
  const losses = new Map((await readLog(whole)).map(({ step, loss }) => [step, loss]))
  const log = await readLog(broken)
  expect(new Set(log.map(({ step }) => step)).size).toBe(log.length)
  for (const { step, loss } of log) expect(loss).toBe(losses.get(step))
})
