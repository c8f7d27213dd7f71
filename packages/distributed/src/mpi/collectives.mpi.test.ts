import { mpiruns } from '@chiaro/test-kit/mpirun'
import { describe, expect, it } from 'vitest'
import { runOn } from './mpirun-in-test.ts'

const program = './collectives-in-test.ts'

/** The bits of the sums of `all` over three ranks, added in float64 in the order of ranks and rounded once. */
function expectedBits(): number {
  const sums = new Float32Array(300_001).map((_, i) =>
    [1, 2, 3].reduce((sum, r) => sum + Math.fround(r / (i + 1)), 0),
  )
  return new Uint32Array(sums.buffer).reduce((hash, word) => Math.imul(hash ^ word, 16777619) >>> 0, 1)
}

describe.each(mpiruns)('ranks under $library', mpirun => {
  it('gather, exchange, sum and broadcast, to the same bits on each', () => {
    const { results, stderr, status } = runOn(mpirun, 3, program, 'all')
    expect({ stderr, status, count: results.length }).toMatchObject({ status: 0, count: 3 })
    results.forEach((result, rank) => {
      expect(result).toEqual({
        ...{ rank, size: 3, library: expect.stringMatching(new RegExp(`^${mpirun.library}`)) },
        abi: mpirun.library === 'MPICH' ? 'mpich' : 'open-mpi',
        bits: expectedBits(),
        sums: [6, Math.fround([1, 2, 3].reduce((sum, r) => sum + Math.fround(r / 300_001), 0))],
        few: [Math.fround(Math.fround(0.1) + Math.fround(0.2)), 3],
        gathered: [
          [0, null, null],
          [100_000, 1, 1],
          [200_000, 2, 2],
        ],
        exchanged: [rank, 10 + rank, 20 + rank],
        broadcast: [2],
      })
    })
  })

  it('that wait in vain end all, with code 75 and the name of the one that is missing', () => {
    const { results, stderr, status } = runOn(mpirun, 3, program, 'hang')
    expect({ results, status }).toEqual({ results: [], status: 75 })
    expect(stderr).toMatch(
      /chiaro: rank [02] of 3 has waited 1 s for rank 1 in sum, its call 1; all ranks end, code 75/,
    )
  })

  it('end with the one that throws', () => {
    const { results, stderr, status } = runOn(mpirun, 2, program, 'throw')
    expect(results).toEqual([])
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/a bad row/)
  })

  it('refuse to do different things, and to open twice', () => {
    const { results } = runOn(mpirun, 2, program, 'disagree')
    expect(results).toEqual([
      [
        expect.stringMatching(/^sum: .* got broadcast at its call 1 from rank 1 and sum/),
        expect.stringMatching(/once/),
      ],
      [
        expect.stringMatching(/^broadcast: .* got sum \(1\) at its call 1 from rank 0/),
        expect.stringMatching(/once/),
      ],
    ])
  })

  it('refuse a library that is not there', () => {
    const { results } = runOn(mpirun, 2, program, 'library', 'libnone.so')
    const missing = expect.stringMatching(
      /a library of MPI must be there, got none of libnone\.so .*apt-get install openmpi-bin/,
    )
    expect(results).toEqual([missing, missing])
  })
})

describe.runIf(mpiruns.length > 1)("another library's launcher", () => {
  it.each([
    { mpirun: mpiruns[0], library: 'libmpich.so.12', seen: 'MPICH' },
    { mpirun: mpiruns[1], library: 'libmpi.so.40', seen: 'Open MPI' },
  ])('is refused by $seen', ({ mpirun, library, seen }) => {
    const { results } = runOn(mpirun, 2, program, 'library', library)
    const refused = expect.stringMatching(new RegExp(`has started 2 ranks, ${seen}.* sees 1`))
    expect(results).toEqual([refused, refused])
  })
})
