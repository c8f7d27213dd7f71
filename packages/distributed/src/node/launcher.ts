import { writeSync } from 'node:fs'
import { ChiaroError } from '@chiaro/core'

/** Who has started this process among others, which of them it is, and how many there are, as its variables say. */
export interface Launcher {
  readonly name: string
  /** 0 … size − 1. */
  readonly rank: number
  readonly size: number
  /** How many of them are on this machine, where the launcher says it. */
  readonly local?: number
  /** The libraries whose launcher it is, the likeliest first. */
  readonly libraries: readonly string[]
}

/** By name alone: the system's loader knows where they lie. */
const openMpi = ['libmpi.so.40', 'libmpi.40.dylib', 'libmpi.dylib']
const mpich = ['libmpich.so.12', 'libmpi.so.12', 'libmpi_abi.so.1', 'libmpi_abi.so.0', 'libmpi.12.dylib']

const launchers: readonly (Pick<Launcher, 'name' | 'libraries'> & {
  /** Names of variables. */
  readonly rank: string
  readonly size: string
  readonly local?: string
})[] = [
  {
    ...{ name: "Open MPI's mpirun", rank: 'OMPI_COMM_WORLD_RANK', size: 'OMPI_COMM_WORLD_SIZE' },
    local: 'OMPI_COMM_WORLD_LOCAL_SIZE',
    libraries: [...openMpi, ...mpich],
  },
  {
    ...{ name: "MPICH's mpiexec", rank: 'PMI_RANK', size: 'PMI_SIZE', local: 'MPI_LOCALNRANKS' },
    libraries: [...mpich, ...openMpi],
  },
  {
    ...{ name: 'srun', rank: 'SLURM_PROCID', size: 'SLURM_STEP_NUM_TASKS' },
    libraries: [...openMpi, ...mpich],
  },
]

/** Every library that is looked for. */
export const mpiLibraries: readonly string[] = [...openMpi, ...mpich]

/**
 * The launcher that the environment speaks of; undefined where there is none.
 *
 * @throws ChiaroError 'ranks' for a number of ranks that is none, and for a rank that is none of them
 */
export function launcherOf(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Launcher | undefined {
  const found = launchers.find(({ size }) => environment[size] !== undefined)
  if (found === undefined) return undefined
  const number = (variable: string, what: string, isOne: (value: number) => boolean) => {
    const text = environment[variable]
    const value = text?.trim() ? Number(text) : Number.NaN
    if (Number.isSafeInteger(value) && isOne(value)) return value
    const got = text === undefined ? 'none' : `"${text}"`
    throw new ChiaroError('ranks', `${found.name}: ${variable} must be ${what}, got ${got}`, variable)
  }
  const size = number(found.size, 'a number of ranks', value => value >= 1)
  const rank =
    size === 1 ? 0 : number(found.rank, `a rank below ${size}`, value => value >= 0 && value < size)
  const local = Number(found.local && environment[found.local])
  return { name: found.name, rank, size, ...(local >= 1 && { local }), libraries: found.libraries }
}

/**
 * Ends the program on every rank from one that can't start MPI, and so can't tell the others. MPICH's launcher lets them wait
 * for it for ever unless it is told, in its own words (PMI 1); others end them as soon as one ends with another code than 0.
 */
export function endAllRanks(
  code: number,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): void {
  const launcher = Number(environment.PMI_FD)
  if (!(launcher > 2)) return
  try {
    writeSync(launcher, `cmd=abort exitcode=${code}\n`)
  } catch {
    // A launcher that is gone ends nobody.
  }
}
