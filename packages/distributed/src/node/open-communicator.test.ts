import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { describe, expect, it } from 'vitest'
import { endAllRanks, launcherOf } from './launcher.ts'
import { type Koffi, loadKoffi, startMpi } from './load-mpi.ts'
import { openCommunicator } from './open-communicator.ts'

describe('openCommunicator', () => {
  it('is one rank without a launcher, and for a launcher of one, with no library loaded', () => {
    for (const environment of [{}, { OMPI_COMM_WORLD_SIZE: '1' }, { PMI_SIZE: '1' }, { SLURM_NTASKS: '4' }]) {
      const { rank, size, library, abi } = openCommunicator({ environment })
      expect({ rank, size, library, abi }).toEqual({ rank: 0, size: 1, library: 'none', abi: 'none' })
    }
  })

  it('knows a launcher by its variables, and looks for its own library first', () => {
    const openMpi = { OMPI_COMM_WORLD_SIZE: '4', OMPI_COMM_WORLD_RANK: '3', OMPI_COMM_WORLD_LOCAL_SIZE: '2' }
    expect(launcherOf({ ...openMpi, SLURM_STEP_NUM_TASKS: '2', SLURM_PROCID: '0' })).toMatchObject({
      ...{ name: "Open MPI's mpirun", rank: 3, size: 4, local: 2 },
      libraries: expect.arrayContaining(['libmpi.so.40', 'libmpich.so.12']),
    })
    expect(launcherOf({ PMI_SIZE: '3', PMI_RANK: '1' })?.libraries[0]).toBe('libmpich.so.12')
    expect(launcherOf({ SLURM_STEP_NUM_TASKS: '8', SLURM_PROCID: '7' })).toMatchObject({
      ...{ name: 'srun', rank: 7, size: 8 },
    })
  })

  it('refuses a number of ranks, and a rank, that are none', () => {
    for (const [environment, problem] of [
      [{ PMI_SIZE: 'two' }, 'PMI_SIZE must be a number of ranks, got "two"'],
      [{ PMI_SIZE: '' }, 'PMI_SIZE must be a number of ranks, got ""'],
      [{ PMI_SIZE: '2' }, 'PMI_RANK must be a rank below 2, got none'],
      [{ PMI_SIZE: '2', PMI_RANK: '2' }, 'PMI_RANK must be a rank below 2, got "2"'],
    ] as const) {
      expect(() => launcherOf(environment)).toThrow(`MPICH's mpiexec: ${problem}`)
    }
  })

  it('tells MPICH’s launcher in its own words to end all, and no other', () => {
    const folder = mkdtempSync(join(tmpdir(), 'chiaro-launcher-'))
    try {
      const file = openSync(join(folder, 'launcher'), 'w')
      endAllRanks(3, { PMI_FD: String(file) })
      for (const PMI_FD of [undefined, '', '2', 'none', '1000000']) endAllRanks(3, { PMI_FD })
      closeSync(file)
      expect(readFileSync(join(folder, 'launcher'), 'utf8')).toBe('cmd=abort exitcode=3\n')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('loads koffi, which has by its own types what is used of it', () => {
    const koffi = loadKoffi() as typeof import('koffi')
    const used: Koffi = koffi
    expect(used.version).toMatch(/^3\./)
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
