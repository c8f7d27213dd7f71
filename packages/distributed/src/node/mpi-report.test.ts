import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Koffi } from './load-mpi.ts'
import { reportOf } from './mpi-report.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chiaro-launchers-'))
  const says = {
    mpirun: 'mpirun (Open MPI) 4.1.4\n\nReport bugs to …',
    'mpirun.openmpi': 'mpirun (Open MPI) 4.1.4\n\nReport bugs to …',
    'mpirun.mpich': 'HYDRA build details:\n    Version:                                 4.0.2\n',
    srun: 'slurm 22.05.8',
  }
  for (const [name, text] of Object.entries(says)) {
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s' '${text}'\n`)
    chmodSync(join(folder, name), 0o755)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A system where these libraries are, each as it calls itself. */
const systemWith = (versions: Readonly<Record<string, string>>) => () =>
  ({
    version: '3.3.4',
    load(path: string) {
      if (!Object.hasOwn(versions, path)) throw new Error(`${path}: no such file`)
      const symbols = versions[path].startsWith('Open MPI') ? ['ompi_mpi_comm_world', 'ompi_mpi_float'] : []
      return {
        symbol(name: string) {
          if (symbols.includes(name)) return name
          throw new Error(`no symbol ${name}`)
        },
        func: () => (text: Uint8Array, length: Int32Array) => {
          const bytes = new TextEncoder().encode(`${versions[path]}, package: Debian\n`)
          text.set(bytes)
          length[0] = bytes.length
          return 0
        },
      }
    },
    address: (name: string) => BigInt(name.length),
  }) as unknown as Koffi

const without = () => {
  throw new Error("Cannot find module 'koffi'")
}

describe('what of MPI is here', () => {
  const [openMpi, mpich] = ['Open MPI v4.1.4', 'MPICH Version: 4.0.2']

  it('is each library and launcher once, under whichever names, and who has started this process', async () => {
    const koffi = systemWith({ 'libmpi.so.40': openMpi, 'libmpich.so.12': mpich, 'libmpi.so.12': mpich })
    const environment = { PATH: [tmpdir(), folder].join(delimiter), PMI_SIZE: '2', PMI_RANK: '1' }
    expect(await reportOf(environment, koffi)).toEqual({
      koffi: '3.3.4',
      libraries: [
        { file: 'libmpi.so.40', version: `${openMpi}, package: Debian`, abi: 'open-mpi' },
        { file: 'libmpich.so.12', version: `${mpich}, package: Debian`, abi: 'mpich' },
      ],
      launchers: [
        { command: 'mpirun', version: 'Open MPI 4.1.4' },
        { command: 'mpirun.mpich', version: 'MPICH 4.0.2' },
        { command: 'srun', version: 'slurm 22.05.8' },
      ],
      startedBy: { name: "MPICH's mpiexec", rank: 1, size: 2 },
      missing: [],
    })
  })

  it('says what is missing with the line that installs it, and never throws', async () => {
    const nothing = await reportOf({ PMI_SIZE: 'two' }, without)
    expect(nothing).toEqual({
      ...{ libraries: [], launchers: [] },
      missing: [
        'koffi, which calls MPI: npm install koffi@^3.3.4',
        'a library of MPI and its launcher: apt-get install openmpi-bin libopenmpi3, or apt-get install mpich libmpich12',
      ],
    })
    const withOpenMpi = systemWith({ 'libmpi.so.40': openMpi })
    expect((await reportOf({ PATH: '' }, withOpenMpi)).missing).toEqual([
      'the launcher of Open MPI: apt-get install openmpi-bin libopenmpi3',
    ])
    expect((await reportOf({ PATH: folder }, withOpenMpi)).missing).toEqual([
      'the library of MPICH: apt-get install mpich libmpich12',
    ])
  })
})
