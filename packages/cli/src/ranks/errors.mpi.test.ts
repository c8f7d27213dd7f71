import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mpiruns } from '@chiaro/test-kit/mpirun'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { training } from '../chaos/commands.ts'
import { writeData } from '../chaos/fixture.ts'
import { type OnRanks, runOnRanks } from './on-ranks-in-test.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-refused-ranks-'))
  await writeData(folder)
  const rows = (await readFile(join(folder, 'rows.csv'), 'utf8')).trimEnd().split('\n')
  await writeFile(join(folder, 'fewer.csv'), `${rows.slice(0, -2).join('\n')}\n`)
  await mkdir(join(folder, 'taken'))
  await writeFile(join(folder, 'taken/run.json'), '{}')
})
afterAll(() => rm(folder, { recursive: true }))

const args = [...training.density, '--steps', '5', '--validate-every', '5']
const errorsOf = (said: readonly string[]) => said.filter(line => /^(chiaro|error):/.test(line))

describe.runIf(mpiruns.length > 0)('ranks that can’t train together', () => {
  const [first] = mpiruns
  const last = mpiruns[mpiruns.length - 1]
  const on = (more: Partial<OnRanks> = {}): OnRanks => ({ mpirun: first, ranks: 2, cwd: folder, ...more })

  it.each([
    {
      what: 'a run that is there',
      mpirun: last,
      given: [[...args, '--out', 'taken']],
      problem: 'chiaro: createRun: folder must hold no run yet, got taken',
    },
    {
      what: 'data that are missing',
      mpirun: first,
      given: [[...args, '--table', 'none.csv', '--out', 'missing']],
      problem: /^chiaro: (?!rank).*none\.csv/,
    },
    {
      what: 'data that are missing on one',
      mpirun: last,
      given: [
        [...args, '--out', 'one missing'],
        [...args, '--table', 'none.csv', '--out', 'one missing'],
      ],
      problem: /^chiaro: rank 1: .*none\.csv/,
    },
    {
      what: 'other data on one',
      mpirun: first,
      given: [
        [...args, '--out', 'other data'],
        [...args, '--table', 'fewer.csv', '--out', 'other data'],
      ],
      problem:
        /^chiaro: train density: every rank must have the same data, settings and versions, got on rank 1 rows of the data \(78, on rank 0 80\)/,
    },
    {
      what: 'another version on one',
      mpirun: last,
      otherVersion: 1,
      given: [[...args, '--out', 'other version']],
      problem: /got on rank 1 chiaro of the packages \(0\.0\.9, on rank 0 \d+\.\d+\.\d+\)$/,
    },
    {
      what: 'fewer rows in a batch than ranks',
      mpirun: first,
      ranks: 3,
      given: [[...args, '--batch-size', '2', '--out', 'few']],
      problem: /^chiaro: .*--batch-size must be .*3.*got 2/,
    },
    {
      what: 'koffi missing',
      mpirun: last,
      withoutKoffi: [0, 1],
      given: [[...args, '--out', 'no koffi']],
      problem:
        /^chiaro: openCommunicator: koffi, which calls MPI, can't be loaded; npm install koffi@\^3\.3\.4/,
    },
    {
      what: 'koffi missing on one',
      mpirun: last,
      withoutKoffi: [1],
      given: [[...args, '--out', 'no koffi']],
      problem: /^chiaro: rank 1: openCommunicator: koffi/,
    },
  ])('$what: one sentence, code 1 on all, and no run', async ({ given, problem, what: _, ...how }) => {
    const before = await readdir(folder)
    const { code, said } = await runOnRanks(on(how), ...given)
    expect(errorsOf(said)).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)])
    expect(code).toBe(1)
    const made = (await readdir(folder)).filter(name => !before.includes(name) && !/^ranks-/.test(name))
    expect(made).toEqual([])
  })

  it('a wrong command line is said once, with code 2', async () => {
    const { code, said } = await runOnRanks(on(), [...args, '--out', 'wrong', '--steps', 'many'])
    expect({ code, errors: errorsOf(said) }).toEqual({ code: 2, errors: [expect.stringMatching(/'many'/)] })
  })

  it.runIf(mpiruns.length > 1)('another library’s launcher is refused, and nobody trains alone', async () => {
    const asOpenMpi = 'OMPI_COMM_WORLD_SIZE=2 OMPI_COMM_WORLD_RANK=$PMI_RANK exec "$@"'
    const mpich = mpiruns.find(({ library }) => library === 'MPICH')
    const how = on({ mpirun: mpich, before: ['sh', '-c', asOpenMpi, 'sh'] })
    const { code, said } = await runOnRanks(how, [...args, '--out', 'apart'])
    expect({ code, errors: errorsOf(said) }).toEqual({
      code: 1,
      errors: [expect.stringMatching(/has started 2 ranks, Open MPI.* sees 1; start them by/)],
    })
    expect(await readdir(folder)).not.toContain('apart')
  })
})
