import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mpiruns } from '@chiaro/test-kit/mpirun'
import { readRun } from '@chiaro/train/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { training } from '../chaos/commands.ts'
import { writeData } from '../chaos/fixture.ts'
import { startWith } from '../process-in-test.ts'
import { largestDifference, runOnRanks } from './on-ranks-in-test.ts'

const steps = 10
const tasks = {
  density: [...training.density, '--validate-every', '5'],
  simclr: [...training.simclr, '--objective', 'nt-xent'].filter(
    (flag, i, all) => ![flag, all[i - 1]].some(one => one === '--queue' || one === '--momentum'),
  ),
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-ranks-weights-'))
  await writeData(folder)
})
afterAll(() => rm(folder, { recursive: true }))

describe.runIf(mpiruns.length > 0).each(['density', 'simclr'] as const)('train %s behind mpirun', task => {
  const args = (run: string) => [...tasks[task], '--steps', `${steps}`, '--out', run]
  const onTwo = (library: string) => `${task} on 2 ${library}`
  const weights = (run: string) => readFile(join(folder, run, 'checkpoints', `${steps}`, 'model.safetensors'))

  it.each(mpiruns)('tells of two ranks once under $library, and in run.json', async mpirun => {
    const run = onTwo(mpirun.library)
    const { code, said, printed } = await runOnRanks({ mpirun, ranks: 2, cwd: folder }, args(run))
    expect(code, said.join('\n')).toBe(0)
    expect(said.filter(line => line.startsWith(`training: ${steps}/${steps}`))).toEqual([
      expect.stringMatching(/ {2}2 ranks wait \d\S* s a step for rank [01]( |$)/),
    ])
    expect(printed.match(new RegExp(`trained ${steps} steps`, 'g'))).toHaveLength(1)
    expect((await readRun(join(folder, run))).ranks).toEqual({
      size: 2,
      library: expect.stringMatching(mpirun.library),
      abi: mpirun.library === 'MPICH' ? 'mpich' : 'open-mpi',
    })
    expect(JSON.parse(await readFile(join(folder, run, 'report.json'), 'utf8'))).toMatchObject({ ranks: 2 })
  })

  it.runIf(mpiruns.length > 1)('has the same bits under both libraries', async () => {
    const [one, other] = await Promise.all(mpiruns.map(({ library }) => weights(onTwo(library))))
    expect(one.equals(other)).toBe(true)
  })

  it('of three ranks with uneven shares of a batch ends where one process does', async () => {
    const alone = startWith({ cwd: folder }, args(`${task} alone`))
    const [status] = await once(alone, 'exit')
    expect(status, alone.notes()).toBe(0)
    const { code, said } = await runOnRanks(
      { mpirun: mpiruns[0], ranks: 3, cwd: folder },
      args(`${task} on 3`),
    )
    expect(code, said.join('\n')).toBe(0)
    const apart = (run: string) => largestDifference(join(folder, run), join(folder, `${task} alone`), steps)
    expect(await apart(`${task} on 3`)).toBeLessThan(5e-6)
    expect(await apart(onTwo(mpiruns[0].library))).toBeLessThan(5e-6)
  })
})
