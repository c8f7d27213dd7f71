import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mpirun, mpiruns } from '@chiaro/test-kit/mpirun'
import { readLatest, readLog } from '@chiaro/train/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { training } from '../chaos/commands.ts'
import { writeData } from '../chaos/fixture.ts'
import { stepsDone } from '../kill-moments-in-test.ts'
import { startWith } from '../process-in-test.ts'
import { largestDifference, type RankedProcess, runOnRanks, startOnRanks } from './on-ranks-in-test.ts'

/** More than are done before a stop. */
const steps = 400
const seldom = ['--validate-every', '100', '--checkpoint-every', '1000']
const args = [...training.density, ...seldom, '--steps', `${steps}`]

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-stopped-ranks-'))
  await writeData(folder)
})
afterAll(() => rm(folder, { recursive: true }))

const pause = () => new Promise(resolve => setTimeout(resolve, 5))

/** Starts a run on two ranks, and waits until it has done some steps. */
async function begun(
  mpirun: Mpirun,
  run: string,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<RankedProcess> {
  const on = { mpirun, ranks: 2, cwd: folder, env }
  const child = await startOnRanks(on, [...args, ...more, '--out', run])
  while ((await stepsDone(join(folder, run))) < 5 && child.exitCode === null) await pause()
  return child
}

const bits = (run: string) => readFile(join(folder, run, 'checkpoints', `${steps}`, 'model.safetensors'))

describe.each(mpiruns)('ranks under $library', mpirun => {
  const run = (name: string) => `${name} ${mpirun.library}`

  it.each([
    { signal: 'SIGINT', to: 'the launcher' },
    { signal: 'SIGTERM', to: 'the launcher' },
    { signal: 'SIGUSR1', to: 'one rank' },
  ] as const)('end in one stop with a checkpoint at $signal to $to', async ({ signal, to }) => {
    const name = run(signal)
    // Seconds that Open MPI gives ranks which it has told to end: a busy machine needs more than its one.
    const env = { OMPI_MCA_odls_base_sigkill_timeout: '3' }
    const child = await begun(mpirun, name, [], to === 'one rank' ? {} : env)
    if (to === 'one rank') process.kill(await child.pidOf(1), signal)
    else child.kill(signal)
    const ended = await child.ended()
    expect(ended.said.filter(line => !line.startsWith('training:'))).toEqual([
      `interrupted; the run is kept. To go on: chiaro resume '${name}'`,
    ])
    // A launcher that was told to end itself may have a code of its own: Open MPI's 1, and MPICH's 0 at times.
    if (to === 'one rank') expect(ended.code).toBe(128 + constants.signals[signal])
    const done = await stepsDone(join(folder, name))
    expect(await readLatest(join(folder, name))).toMatchObject({ step: done })
    expect(done).toBeLessThan(steps)
  })

  it('end with the one that can’t write its checkpoint, by its sentence', async () => {
    const name = run('unwritable')
    const child = await begun(mpirun, name, ['--checkpoint-every', '50'])
    await rm(join(folder, name, 'checkpoints'), { recursive: true })
    await writeFile(join(folder, name, 'checkpoints'), 'no folder')
    const { code, said } = await child.ended()
    expect(said.filter(line => line.startsWith('chiaro:'))).toEqual([
      expect.stringMatching(/^chiaro: .*unwritable.*checkpoint/),
    ])
    expect(code).toBe(1)
  })

  it('of which one hangs end after the patience, with code 75 and its name', async () => {
    const child = await begun(mpirun, run('hung'), ['--rank-patience', '2'])
    process.kill(await child.pidOf(1), 'SIGSTOP')
    const { code, said } = await child.ended()
    expect(code).toBe(75)
    expect(said.filter(line => line.startsWith('chiaro:'))).toEqual([
      expect.stringMatching(
        /^chiaro: rank 0 of 2 has waited 2 s for rank 1 in \w+, its call \d+; all ranks end/,
      ),
    ])
  })
})

it.runIf(mpiruns.length > 0)(
  'SIGUSR1 to the launcher stops all, and the run goes on at any number of ranks',
  { timeout: 300_000 },
  async () => {
    const whole = await runOnRanks({ mpirun: mpiruns[0], ranks: 2, cwd: folder }, [...args, '--out', 'whole'])
    expect(whole.code, whole.said.join('\n')).toBe(0)
    const child = await begun(mpiruns[0], 'stopped')
    child.kill('SIGUSR1')
    expect((await child.ended()).code).toBe(128 + constants.signals.SIGUSR1)
    for (const ranks of [2, 3, 1]) {
      const run = `resumed by ${ranks}`
      await cp(join(folder, 'stopped'), join(folder, run), { recursive: true })
      const mpirun = mpiruns[mpiruns.length - 1]
      if (ranks > 1) {
        const { code, said } = await runOnRanks({ mpirun, ranks, cwd: folder }, ['resume', run])
        expect(code, said.join('\n')).toBe(0)
      } else {
        const alone = startWith({ cwd: folder }, ['resume', run])
        const code = await new Promise(resolve => alone.once('exit', resolve))
        expect(code, alone.notes()).toBe(0)
      }
      if (ranks === 2) {
        expect((await bits(run)).equals(await bits('whole'))).toBe(true)
        expect(await readLog(join(folder, run))).toEqual(await readLog(join(folder, 'whole')))
      } else {
        expect(await largestDifference(join(folder, run), join(folder, 'whole'), steps)).toBeLessThan(5e-6)
      }
    }
  },
)
