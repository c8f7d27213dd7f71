import { spawnSync } from 'node:child_process'

/** A launcher of this machine. */
export interface Mpirun {
  readonly library: 'Open MPI' | 'MPICH'
  readonly command: string
}

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

/** The command line that starts a program on each rank; several programs are for a rank each. */
export function onRanks(
  { library, command }: Mpirun,
  ranks: number,
  ...programs: readonly (readonly string[])[]
): [command: string, ...args: string[]] {
  const [first, ...others] = programs
  if (others.length === 0) return [command, ...flags[library], '-n', String(ranks), ...first]
  const parts = programs.map((program, i) => [...(i > 0 ? [':'] : []), '-n', '1', ...program])
  return [command, ...flags[library], ...parts.flat()]
}
