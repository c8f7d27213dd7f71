import { ChiaroError } from '@chiaro/core'
import { describe, expect, it } from 'vitest'
import { launcherOf } from './launcher.ts'
import { loadKoffi, startMpi } from './load-mpi.ts'
import { openCommunicator } from './open-communicator.ts'

describe('openCommunicator', () => {
  it('is one rank without a launcher, and for a launcher of one, with no library loaded', () => {
    for (const environment of [{}, { OMPI_COMM_WORLD_SIZE: '1' }, { PMI_SIZE: '1' }, { SLURM_NTASKS: '4' }]) {
      const { rank, size, library, abi } = openCommunicator({ environment })
      expect({ rank, size, library, abi }).toEqual({ rank: 0, size: 1, library: 'none', abi: 'none' })
    }
  })

  it('knows a launcher by its variables, and looks for its own library first', () => {
    expect(launcherOf({ OMPI_COMM_WORLD_SIZE: '4', SLURM_STEP_NUM_TASKS: '2' })).toMatchObject({
      ...{ name: "Open MPI's mpirun", size: 4 },
      libraries: expect.arrayContaining(['libmpi.so.40', 'libmpich.so.12']),
    })
    expect(launcherOf({ PMI_SIZE: '3' })?.libraries[0]).toBe('libmpich.so.12')
    expect(launcherOf({ SLURM_STEP_NUM_TASKS: '8' })).toMatchObject({ name: 'srun', size: 8 })
    expect(() => launcherOf({ PMI_SIZE: 'two' })).toThrow(
      'openCommunicator: PMI_SIZE must be a number of ranks, got "two"',
    )
  })

  it('says how to install koffi, and which libraries it has looked for', () => {
    const missing = () => {
      throw new Error("Cannot find module 'koffi'\nRequire stack:\n- here")
    }
    expect(() => loadKoffi(missing)).toThrow(
      /koffi, which calls MPI, can't be loaded; npm install koffi@\^3\.3\.4 \(Cannot find module 'koffi'\)$/,
    )
    const look = () => startMpi(['libnone.so.1', 'libneither.so'])
    expect(look).toThrow(
      /got none of libnone\.so\.1 \(.*libneither\.so \(.*apt-get install openmpi-bin libopenmpi3/,
    )
    expect(look).toThrow(ChiaroError)
  })

  it('refuses a patience that is none', () => {
    expect(() => openCommunicator({ patience: 0 })).toThrow(
      'openCommunicator: patience must be a finite number above 0, got 0',
    )
  })
})
