import { ChiaroError, checkNumber } from '@chiaro/core'
import { type Communicator, communicatorOver, oneRank } from '../communicator.ts'
import { launcherOf } from './launcher.ts'
import { startMpi } from './load-mpi.ts'
import { mpiTransport } from './mpi-transport.ts'

/** Seconds that a rank waits for another unless it is told: longer than the longest that one is busy by itself. */
export const defaultPatience = 600

export interface OpenCommunicatorOptions {
  /**
   * How many seconds a rank waits for another before it ends the program on all ranks, with a sentence that names the one
   * that is missing and exit code 75. Default 600: longer than the longest that a rank is busy by itself (a validation, a
   * checkpoint).
   */
  readonly patience?: number
  /** The library's file, for a launcher that its variables don't tell. Default: that of the launcher. */
  readonly library?: string
  /** Default the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * The ranks that `mpirun` or `srun` has started with this one; without a launcher there is one rank, and no MPI. Called once
 * in a program, and `close` at its end.
 *
 * Open MPI, MPICH, Intel MPI and libraries with the standard interface of MPI 5 are called through `koffi`, an optional
 * peer. Calls wait where they stand, so that a loss can speak to other ranks; they need a backend that reads tensors at
 * once, cpu or wasm.
 *
 * @throws ChiaroError 'ranks' where koffi or the library is missing, and where the library sees another number of ranks than
 *   the launcher has started; RangeError for a patience that is not positive
 */
export function openCommunicator(options: OpenCommunicatorOptions = {}): Communicator {
  const { patience = defaultPatience, library, environment = process.env } = options
  checkNumber('openCommunicator', { patience }, { above: 0 })
  const launcher = launcherOf(environment)
  if (library === undefined && (launcher === undefined || launcher.size === 1)) return oneRank()
  const mpi = startMpi(library === undefined ? (launcher?.libraries ?? []) : [library])
  if (launcher !== undefined && launcher.size !== mpi.size) {
    throw new ChiaroError(
      'ranks',
      `openCommunicator: ${launcher.name} has started ${launcher.size} ranks, ${mpi.library} sees ${mpi.size}; ` +
        'start them by the launcher of this library, or name its library by { library }',
      'library',
    )
  }
  return communicatorOver(mpiTransport(mpi, patience), { library: mpi.library, abi: mpi.abi.name })
}
