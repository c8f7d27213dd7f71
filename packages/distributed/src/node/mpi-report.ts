import { execFile } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Communicator } from '../communicator.ts'
import { type Launcher, launcherOf, mpiLibraries } from './launcher.ts'
import { installed, type Koffi, koffiInstalled, loadKoffi, loadLibrary } from './load-mpi.ts'

/** What of MPI is on this machine. */
export interface MpiReport {
  /** The version of koffi; absent where it can't be loaded. */
  readonly koffi?: string
  /** The libraries that the system finds, each once; none is started. */
  readonly libraries: readonly MpiLibraryFound[]
  /** The launchers that a shell would find. */
  readonly launchers: readonly { readonly command: string; readonly version: string }[]
  /** Who has started this process, where a launcher has. */
  readonly startedBy?: Pick<Launcher, 'name' | 'rank' | 'size'>
  /** What ranks would need besides, each with the line that installs it. */
  readonly missing: readonly string[]
}

/** A library that the system finds. */
export interface MpiLibraryFound {
  readonly file: string
  /** As it calls itself. */
  readonly version: string
  readonly abi: Exclude<Communicator['abi'], 'none'>
}

const commands = ['mpirun', 'mpirun.openmpi', 'mpirun.mpich', 'srun']

/** Milliseconds that a launcher may take to say its version. */
const patience = 2000

/** Looks for what `openCommunicator` needs. Nothing is started, and nothing throws. */
export function mpiReport(): Promise<MpiReport> {
  return reportOf(process.env, loadKoffi)
}

/** The same of another environment, and by another way to call C. */
export async function reportOf(
  environment: Readonly<Record<string, string | undefined>>,
  load: () => Koffi,
): Promise<MpiReport> {
  const koffi = orNone(load)
  const libraries = koffi === undefined ? [] : librariesBy(koffi)
  const found = await Promise.all(
    commands.map(async command => {
      const path = pathOf(command, environment.PATH)
      return path === undefined ? [] : [{ command, version: await versionOf(path) }]
    }),
  )
  const launchers = onceBy(found.flat(), ({ version }) => version)
  const launcher = orNone(() => launcherOf(environment))
  return {
    ...(koffi !== undefined && { koffi: koffi.version }),
    libraries,
    launchers,
    ...(launcher && { startedBy: { name: launcher.name, rank: launcher.rank, size: launcher.size } }),
    missing: missingOf(koffi, libraries, launchers),
  }
}

function librariesBy(koffi: Koffi): MpiLibraryFound[] {
  const found = mpiLibraries.flatMap(file => {
    const library = orNone(() => loadLibrary(koffi, file))
    const version = library && orNone(() => library.version())
    return library === undefined || version === undefined ? [] : [{ file, version, abi: library.abi.name }]
  })
  return onceBy(found, ({ version, abi }) => `${version} ${abi}`)
}

/** A launcher is of use with its library and the other way round; srun serves any library. */
function missingOf(
  koffi: Koffi | undefined,
  libraries: MpiReport['libraries'],
  launchers: MpiReport['launchers'],
): string[] {
  const noKoffi = koffi === undefined ? [`koffi, which calls MPI: ${koffiInstalled}`] : []
  if (libraries.length + launchers.length === 0) {
    const lines = Object.values(installed).join(', or ')
    return [...noKoffi, `a library of MPI and its launcher: ${lines}`]
  }
  const of = (name: string, all: readonly { readonly version: string }[]) =>
    all.some(({ version }) => version.includes(name))
  const halves = (['Open MPI', 'MPICH'] as const).flatMap(name => {
    const [library, launcher] = [of(name, libraries), of(name, launchers)]
    if (launcher && !library && koffi !== undefined) return [`the library of ${name}: ${installed[name]}`]
    if (library && !launcher && !of('slurm', launchers))
      return [`the launcher of ${name}: ${installed[name]}`]
    return []
  })
  return [...noKoffi, ...halves]
}

/** "Open MPI 4.1.4", "MPICH 4.0.2", "slurm 22.05.8"; the first line of another launcher. */
async function versionOf(path: string): Promise<string> {
  const text = await new Promise<string>(resolve => {
    execFile(path, ['--version'], { timeout: patience }, (_, stdout) => resolve(stdout))
  }).catch(() => '')
  const [, hydra] = /HYDRA[\s\S]*?Version:\s*(\S+)/.exec(text) ?? []
  if (hydra !== undefined) return `MPICH ${hydra}`
  const [, open] = /Open ?(?:MPI|RTE)\)? *v?(\d\S*)/.exec(text) ?? []
  if (open !== undefined) return `Open MPI ${open}`
  return text.trim().split('\n')[0] || 'of unknown version'
}

/** Where a shell would find a command. */
function pathOf(command: string, path = ''): string | undefined {
  const places = path.split(delimiter).map(folder => join(folder, command))
  return places.find(place => {
    try {
      accessSync(place, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function onceBy<T>(all: readonly T[], nameOf: (one: T) => string): T[] {
  return all.filter((one, i) => all.findIndex(other => nameOf(other) === nameOf(one)) === i)
}

function orNone<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
