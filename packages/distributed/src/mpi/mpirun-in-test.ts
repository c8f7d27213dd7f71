import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** A launcher of this machine. */
export interface Mpirun {
  readonly library: 'Open MPI' | 'MPICH'
  readonly command: string
}

// By its path, so that the check for unused packages sees that it is used.
const require = createRequire(import.meta.url)
const loader = pathToFileURL(require.resolve('tsx')).href

/** Open MPI starts as root, and more ranks than cores, only when told. */
const flags = {
  'Open MPI': ['--allow-run-as-root', '--oversubscribe', '--bind-to', 'none'],
  MPICH: [],
}

/** The launchers that are here: by Debian's names for several side by side, or the one that is called mpirun. */
export const mpiruns: readonly Mpirun[] = ['mpirun.openmpi', 'mpirun.mpich', 'mpirun']
  .flatMap((command): Mpirun[] => {
    const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
    if (/Open MPI|OpenRTE/.test(stdout ?? '')) return [{ library: 'Open MPI', command }]
    return /HYDRA/.test(stdout ?? '') ? [{ library: 'MPICH', command }] : []
  })
  .filter(({ library }, i, all) => all.findIndex(one => one.library === library) === i)

export interface Ran extends SpawnSyncReturns<string> {
  /** What the ranks left, in their order. */
  readonly results: unknown[]
}

/**
 * Runs a program of this folder on some ranks. Its arguments are the folder where rank r leaves r.json, then `args`.
 */
export function runOn(
  { library, command }: Mpirun,
  ranks: number,
  program: string,
  ...args: readonly string[]
): Ran {
  const folder = mkdtempSync(join(tmpdir(), 'chiaro-ranks-'))
  try {
    const file = fileURLToPath(new URL(program, import.meta.url))
    const node = [process.execPath, '--conditions=@chiaro/source', '--import', loader, file, folder, ...args]
    const ran = spawnSync(command, [...flags[library], '-n', String(ranks), ...node], {
      encoding: 'utf8',
      timeout: 50_000,
      killSignal: 'SIGKILL',
    })
    const results = readdirSync(folder)
      .sort()
      .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    return { ...ran, results }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
