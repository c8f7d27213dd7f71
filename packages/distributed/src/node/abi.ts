/** What an MPI library's binary interface leaves to it: how handles are passed, and the constants this package needs. */
export interface Abi {
  readonly name: 'open-mpi' | 'mpich' | 'standard'
  /** The type of a communicator, a datatype and a request. */
  readonly handle: 'int' | 'uintptr_t'
  readonly world: number
  readonly float: number
  /** MPI_STATUSES_IGNORE. */
  readonly noStatuses: number
}

/**
 * The interface of a library: Open MPI has its handles as symbols, MPICH (and Intel MPI) as numbers, and what MPI 5 lays
 * down comes as `libmpi_abi`.
 *
 * @param addressOf the address of a symbol, undefined where there is none
 */
export function abiOf(path: string, addressOf: (symbol: string) => number | undefined): Abi {
  if (path.includes('libmpi_abi')) {
    return { name: 'standard', handle: 'uintptr_t', world: 0x101, float: 0x210, noStatuses: 0 }
  }
  const [world, float] = [addressOf('ompi_mpi_comm_world'), addressOf('ompi_mpi_float')]
  if (world !== undefined && float !== undefined) {
    return { name: 'open-mpi', handle: 'uintptr_t', world, float, noStatuses: 0 }
  }
  return { name: 'mpich', handle: 'int', world: 0x44000000, float: 0x4c00040a, noStatuses: 1 }
}
