import { expect, it } from 'vitest'
import { launchedRank } from './launched-rank.ts'

it('is the rank that each launcher says', () => {
  expect(launchedRank({ OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '3' })).toEqual({
    ...{ launcher: "Open MPI's mpirun", rank: 3, size: 4 },
  })
  expect(launchedRank({ PMI_SIZE: '2', PMI_RANK: '0' })).toEqual({
    ...{ launcher: "MPICH's mpiexec", rank: 0, size: 2 },
  })
  expect(launchedRank({ SLURM_STEP_NUM_TASKS: '8', SLURM_PROCID: '7' })).toEqual({
    ...{ launcher: 'srun', rank: 7, size: 8 },
  })
  // sbatch's own shell has a SLURM_PROCID too, and no step.
  expect(launchedRank({ SLURM_NTASKS: '8', SLURM_PROCID: '0' })).toBeUndefined()
})

it('refuses a rank that is none', () => {
  const of = (rank?: string) => () => launchedRank({ PMI_SIZE: '2', PMI_RANK: rank })
  expect(of('2')).toThrow('launchedRank: PMI_RANK must be a rank from 0 to 1, got "2"')
  expect(of('')).toThrow('got ""')
  expect(of()).toThrow('PMI_RANK must be a rank from 0 to 1, got none')
})
