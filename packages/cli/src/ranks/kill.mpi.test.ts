import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { foldIn, key, uniformValues } from '@chiaro/random'
import { mpiruns } from '@chiaro/test-kit/mpirun'
import { latestWholeCheckpoint, readLog } from '@chiaro/train/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { training } from '../chaos/commands.ts'
import { writeData } from '../chaos/fixture.ts'
import { moment, stepsDone } from '../kill-moments-in-test.ts'
import { runOnRanks, startOnRanks } from './on-ranks-in-test.ts'

const kills = 10
/** Steps between checkpoints, and in all: more than the kills can use up. */
const every = 4
const steps = every * (2 * kills + 2)
const often = ['--steps', `${steps}`, '--checkpoint-every', `${every}`]
/** SimCLR by MoCo, whose queue and second encoder a checkpoint holds too; later flags count. */
const args = [...training.simclr, ...often]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-killed-ranks-'))
  await writeData(folder)
})
afterAll(() => rm(folder, { recursive: true }))

test.runIf(mpiruns.length > 0)(
  `a run of which a rank is killed ${kills} times, and resumed under whichever launcher, ends with the bits of an unbroken one`,
  { timeout: 60_000 * (kills + 2) },
  async () => {
    const on = (i: number) => ({ mpirun: mpiruns[i % mpiruns.length], ranks: 2, cwd: folder })
    const [whole, broken] = [join(folder, 'whole'), join(folder, 'broken')]
    const unbroken = await runOnRanks(on(0), [...args, '--out', 'whole'])
    expect(unbroken.code, unbroken.said.join('\n')).toBe(0)

    const draws = uniformValues(foldIn(key(9), kills), kills)
    const isBegun = async () => (await readdir(broken).catch((): string[] => [])).includes('run.json')
    for (let i = 0; i < kills; i++) {
      const begun = await isBegun()
      const { checkpoint: found } = begun ? await latestWholeCheckpoint(broken) : {}
      const from = found?.step ?? 0
      const command = begun ? ['resume', 'broken'] : [...args, '--out', 'broken']
      const child = await startOnRanks(on(i), command)
      const ended = child.ended()
      const times = { from, every, steps, startup: 5000 }
      await Promise.race([moment(i % 3, draws[i], broken, times), ended])
      // The one that writes, or another.
      process.kill(await child.pidOf(i % 2), 'SIGKILL')
      const { code, said } = await ended
      expect(code, said.join('\n')).not.toBe(0)
      if (!(await isBegun())) continue
      const { checkpoint, damaged } = await latestWholeCheckpoint(broken)
      expect(damaged).toEqual([])
      expect(checkpoint?.step ?? 0).toBeGreaterThanOrEqual(from)
      expect((await stepsDone(broken)) - (checkpoint?.step ?? 0)).toBeLessThanOrEqual(every)
    }

    const last = await runOnRanks(on(0), ['resume', 'broken'])
    expect(last.code, last.said.join('\n')).toBe(0)
    for (const name of ['model.safetensors', 'optimizer.safetensors', 'state.json']) {
      const of = (run: string) => readFile(join(run, 'checkpoints', `${steps}`, name))
      expect((await of(broken)).equals(await of(whole)), name).toBe(true)
    }
    expect(await readLog(broken)).toEqual(await readLog(whole))
  },
)
