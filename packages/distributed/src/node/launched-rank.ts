import { ChiaroError } from '@chiaro/core'
import { launcherOf } from './launcher.ts'

/** Which of the processes that a launcher has started together this one is. */
export interface LaunchedRank {
  readonly launcher: string
  /** From 0. */
  readonly rank: number
  readonly size: number
}

/** By the variable of their number that `launcherOf` goes by. */
const variables: Readonly<Record<string, string>> = {
  "Open MPI's mpirun": 'OMPI_COMM_WORLD_RANK',
  "MPICH's mpiexec": 'PMI_RANK',
  srun: 'SLURM_PROCID',
}

/**
 * The rank that a launcher of MPI has given this process, by its variables alone: for work that is shared out once and needs
 * no word with the others, so that no library of MPI has to be there.
 *
 * @param environment default the process's
 * @returns undefined without a launcher
 * @throws ChiaroError 'ranks' for a number of ranks that is none, and a rank outside it
 */
export function launchedRank(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LaunchedRank | undefined {
  const found = launcherOf(environment)
  if (found === undefined) return undefined
  const variable = variables[found.name]
  const text = environment[variable]
  const rank = Number(text)
  if (text !== undefined && /^\d+$/.test(text) && rank < found.size) {
    return { launcher: found.name, rank, size: found.size }
  }
  const problem = `${variable} must be a rank from 0 to ${found.size - 1}, got ${text === undefined ? 'none' : `"${text}"`}`
  throw new ChiaroError('ranks', `launchedRank: ${problem}`, variable)
}
