import { ChiaroError } from '@chiaro/core'

/** Who has started this process among others, and how many, as its variables say. */
export interface Launcher {
  readonly name: string
  readonly size: number
  /** The libraries whose launcher it is, the likeliest first. */
  readonly libraries: readonly string[]
}

/** By name alone: the system's loader knows where they lie. */
const openMpi = ['libmpi.so.40', 'libmpi.40.dylib', 'libmpi.dylib']
const mpich = ['libmpich.so.12', 'libmpi.so.12', 'libmpi_abi.so.1', 'libmpi_abi.so.0', 'libmpi.12.dylib']

const launchers = [
  { name: "Open MPI's mpirun", size: 'OMPI_COMM_WORLD_SIZE', libraries: [...openMpi, ...mpich] },
  { name: "MPICH's mpiexec", size: 'PMI_SIZE', libraries: [...mpich, ...openMpi] },
  { name: 'srun', size: 'SLURM_STEP_NUM_TASKS', libraries: [...openMpi, ...mpich] },
]

/**
 * The launcher that the environment speaks of; undefined where there is none.
 *
 * @throws ChiaroError 'ranks' for a number of ranks that is none
 */
export function launcherOf(environment: Readonly<Record<string, string | undefined>>): Launcher | undefined {
  for (const { name, size: variable, libraries } of launchers) {
    const text = environment[variable]
    if (text === undefined) continue
    const size = Number(text)
    if (Number.isSafeInteger(size) && size >= 1) return { name, size, libraries }
    throw new ChiaroError(
      'ranks',
      `openCommunicator: ${variable} must be a number of ranks, got "${text}"`,
      variable,
    )
  }
  return undefined
}
