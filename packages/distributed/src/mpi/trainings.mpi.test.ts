import { useTestBackend } from '@chiaro/test-kit'
import { mpiruns } from '@chiaro/test-kit/mpirun'
import { beforeAll, describe, expect, it } from 'vitest'
import { runOn } from './mpirun-in-test.ts'
import { clipRun, largestDifference, simclrRun, type Trained, trainOnRanks } from './runs-in-test.ts'

interface Both {
  readonly simclr: Trained
  readonly clip: Trained
}

const known = new Map<string, Both>()

/** Trains both on ranks of so many rows each; the first rank's results, which are those of all. */
function trained(library: string, counts: readonly number[], threads = 1): Both {
  const name = [library, ...counts, threads].join()
  const before = known.get(name)
  if (before !== undefined) return before
  const mpirun = mpiruns.find(one => one.library === library)
  if (mpirun === undefined) throw new Error(`no launcher of ${library}`)
  const program = './trainings-in-test.ts'
  const { results, stderr, status } = runOn(mpirun, counts.length, program, counts.join(), String(threads))
  expect({ status, stderr, ranks: results.length }).toMatchObject({ status: 0, ranks: counts.length })
  for (const result of results) expect(result).toEqual(results[0])
  known.set(name, results[0] as Both)
  return results[0] as Both
}

describe('30 steps of SimCLR with batch norm and of CLIP with a learned scale', () => {
  let alone: Both
  beforeAll(async () => {
    await useTestBackend('wasm')
    alone = {
      simclr: await trainOnRanks(simclrRun, undefined, [16], 30),
      clip: await trainOnRanks(clipRun, undefined, [16], 30),
    }
  })

  const near = (both: Both) => {
    expect(largestDifference(both.simclr, alone.simclr)).toBeLessThan(5e-6)
    expect(largestDifference(both.clip, alone.clip)).toBeLessThan(5e-6)
  }

  it.each(
    mpiruns.flatMap(({ library }) => [
      { library, counts: [8, 8] },
      { library, counts: [7, 1, 8] },
      { library, counts: [4, 4, 4, 4] },
    ]),
  )(
    'on ranks of $counts rows under $library end within 5e-6 of one process, all ranks alike',
    ({ library, counts }) => near(trained(library, counts)),
  )

  it.runIf(mpiruns.length > 1)('have the same bits under both libraries, and on two threads', () => {
    const one = trained(mpiruns[0].library, [7, 1, 8])
    expect(trained(mpiruns[1].library, [7, 1, 8])).toEqual(one)
    const two = trained(mpiruns[0].library, [8, 8])
    expect(trained(mpiruns[1].library, [8, 8], 2)).toEqual(two)
  })
})
