import { expect, it } from 'vitest'
import { shareFlag, shareOf } from './share.ts'

const array = (id: number, least: number, most: number, step: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: String(id),
  SLURM_ARRAY_TASK_MIN: String(least),
  SLURM_ARRAY_TASK_MAX: String(most),
  SLURM_ARRAY_TASK_STEP: String(step),
  SLURM_ARRAY_TASK_COUNT: String(count),
})
const mpi = (rank: number, size: number) => ({
  OMPI_COMM_WORLD_RANK: String(rank),
  OMPI_COMM_WORLD_SIZE: String(size),
})

it('is what --shard says, whatever the environment says', () => {
  expect(shareFlag('3/40')).toEqual({ index: 3, count: 40 })
  const environment = { ...array(2, 0, 3, 1, 4), JOB_COMPLETION_INDEX: '1' }
  expect(shareOf({ shard: shareFlag('0/1') }, environment)).toMatchObject({
    index: 0,
    count: 1,
    by: '--shard',
  })
  for (const wrong of ['40/40', '1', '-1/4', '1/0', '/4', '1.5/4']) {
    expect(() => shareFlag(wrong)).toThrow('It must be i/n, from 0/n to n−1/n.')
  }
  expect(() => shareOf({ shard: { index: 0, count: 2 }, tasks: 2 }, {})).toThrow('--shard i/n says how many')
})

it('is all of it where nobody says otherwise', () => {
  expect(shareOf({}, {})).toEqual({ index: 0, count: 1, by: 'no array, job or launcher' })
  expect(shareOf({}, mpi(0, 1))).toMatchObject({ index: 0, count: 1 })
})

it('is the task of a Slurm array, which may begin anywhere and take steps', () => {
  expect(shareOf({}, array(0, 0, 3, 1, 4))).toMatchObject({ index: 0, count: 4 })
  expect(shareOf({}, array(7, 1, 10, 3, 4))).toEqual({
    ...{ index: 2, count: 4, by: "Slurm's array (task 7 of 1 to 10 by 3)" },
  })
  // --array=1,5,9-11
  const uneven =
    "the tasks of Slurm's array must be evenly spaced, got task 9 of 5 from 1 to 11 by 1; --shard"
  expect(() => shareOf({}, array(9, 1, 11, 1, 5))).toThrow(uneven)
  expect(() => shareOf({}, { SLURM_ARRAY_TASK_ID: '1' })).toThrow(
    'SLURM_ARRAY_TASK_MIN must be a whole number, got none',
  )
})

it('is the index of a Kubernetes job, whose number of tasks a flag says', () => {
  const job = { JOB_COMPLETION_INDEX: '5' }
  expect(shareOf({ tasks: 8 }, job)).toEqual({ index: 5, count: 8, by: "Kubernetes' job (index 5)" })
  expect(() => shareOf({}, job)).toThrow('JOB_COMPLETION_INDEX is 5), not of how many: --tasks must be given')
  expect(() => shareOf({ tasks: 5 }, job)).toThrow(
    '--tasks must be above JOB_COMPLETION_INDEX, which is 5, got 5',
  )
  expect(() => shareOf({ tasks: 8 }, {})).toThrow('JOB_COMPLETION_INDEX is not set; say --shard i/n')
})

it('is the rank of a launcher, and within an array each task’s ranks', () => {
  expect(shareOf({}, mpi(2, 3))).toMatchObject({ index: 2, count: 3 })
  const shares = [0, 1, 2].flatMap(task =>
    [0, 1].map(rank => shareOf({}, { ...array(task, 0, 2, 1, 3), ...mpi(rank, 2) })),
  )
  // Everybody another one, and nobody left out.
  expect(shares.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5])
  expect(shares.every(({ count }) => count === 6)).toBe(true)
  expect(shares[5].by).toBe("Slurm's array (task 2 of 0 to 2 by 1), Open MPI's mpirun (rank 1 of 2)")
})
