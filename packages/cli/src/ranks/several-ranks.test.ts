import type { MpiReport } from '@chiaro/distributed/node'
import { describe, expect, it } from 'vitest'
import { describeMpi } from '../commands/doctor.ts'
import { chiaro } from '../run-in-test.ts'

const rank = (PMI_RANK: string) => ({ PMI_SIZE: '4', PMI_RANK })
const never = new AbortController().signal

describe('a command that a launcher has started several times', () => {
  it('is refused unless it trains, by rank 0 in one sentence and by the others in none', async () => {
    const sentence =
      "chiaro: evaluate: MPICH's mpiexec has started it 4 times, and only train and resume are for several ranks; start it by itself"
    for (const [own, notes] of [
      [rank('0'), [sentence]],
      [rank('3'), []],
    ] as const) {
      expect(await chiaro(['evaluate', 'runs/x', '--images', 'y'], never, own)).toMatchObject({
        code: 1,
        notes,
      })
    }
    const odd = await chiaro(['train', 'clip'], never, { PMI_SIZE: 'many' })
    expect(odd).toMatchObject({
      code: 1,
      notes: [expect.stringMatching(/PMI_SIZE must be a number of ranks/)],
    })
  })

  it('is as ever where there is one rank', async () => {
    const alone = { OMPI_COMM_WORLD_SIZE: '1', OMPI_COMM_WORLD_RANK: '0' }
    const { code, notes } = await chiaro(['evaluate', 'runs/none', '--images', 'y'], never, alone)
    expect({ code, notes }).toEqual({ code: 1, notes: [expect.stringMatching(/runs\/none.*run\.json/)] })
  })

  it('shows its help once', async () => {
    const first = await chiaro(['train', 'clip', '--help'], never, rank('0'))
    expect(first.lines.join('\n')).toMatch(/--rank-patience <seconds>.*\(default:\s+600\)/s)
    expect(await chiaro(['train', 'clip', '--help'], never, rank('1'))).toMatchObject({ code: 0, lines: [] })
  })
})

describe('what doctor says of MPI', () => {
  it('is one line where nothing is here but what installs it', () => {
    const report: MpiReport = { libraries: [], launchers: [], missing: ['koffi: npm install koffi@^3.3.4'] }
    expect(describeMpi(report)).toEqual([
      'mpi        one rank; mpirun or srun start several',
      '  missing  koffi: npm install koffi@^3.3.4',
    ])
  })

  it('names rank and launcher, library, interface, launchers and koffi', () => {
    const report: MpiReport = {
      koffi: '3.3.4',
      libraries: [{ file: 'libmpi.so.40', version: 'Open MPI v4.1.4, package: Debian', abi: 'open-mpi' }],
      launchers: [{ command: 'mpirun', version: 'Open MPI 4.1.4' }],
      startedBy: { name: 'srun', rank: 1, size: 2 },
      missing: [],
    }
    expect(describeMpi(report)).toEqual([
      'mpi        rank 1 of 2, started by srun',
      '  library  Open MPI v4.1.4 (libmpi.so.40), interface open-mpi',
      '  launcher mpirun, Open MPI 4.1.4',
      '  koffi    3.3.4',
    ])
  })

  it('is in the report of this machine too', async () => {
    const { code, result } = await chiaro(['doctor', '--json'])
    expect(code).toBe(0)
    const mpi = result.mpi as MpiReport
    expect([mpi.libraries, mpi.launchers, mpi.missing].every(Array.isArray)).toBe(true)
    // It has one here to be tested with.
    expect(mpi.koffi).toMatch(/^3\./)
  })
})
