import { describe, expect, it } from 'vitest'
import { abiOf } from './abi.ts'

const none = () => undefined
const symbols: Record<string, number> = { ompi_mpi_comm_world: 4096, ompi_mpi_float: 8192 }

describe('the binary interface of a library', () => {
  it("is Open MPI's where its handles are symbols", () => {
    expect(abiOf('libmpi.so.40', symbol => symbols[symbol])).toEqual({
      ...{ name: 'open-mpi', handle: 'uintptr_t', world: 4096, float: 8192, noStatuses: 0 },
    })
  })

  it("is the standard one by the file's name, whatever symbols are there", () => {
    const standard = { name: 'standard', handle: 'uintptr_t', world: 0x101, float: 0x210, noStatuses: 0 }
    expect(abiOf('/opt/lib/libmpi_abi.so.1', none)).toEqual(standard)
    expect(abiOf('libmpi_abi.so', symbol => symbols[symbol])).toEqual(standard)
  })

  it("is MPICH's otherwise", () => {
    const mpich = { name: 'mpich', handle: 'int', world: 0x44000000, float: 0x4c00040a, noStatuses: 1 }
    expect(abiOf('libmpich.so.12', none)).toEqual(mpich)
    expect(abiOf('libmpi.so.12', none)).toEqual(mpich)
  })
})
