import { once } from 'node:events'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type ProcessOptions, startWith, type TestProcess } from '../process-in-test.ts'
import { type ChaosCommand, commands, type TaskName, training } from './commands.ts'
import type { DiskFault, DiskTrace } from './disk-fault.ts'
import { writeData } from './fixture.ts'
import { type Snapshot, snapshot } from './snapshot.ts'

/** What a command does when nothing befalls it. */
export interface Unbroken {
  readonly folder: string
  readonly after: Snapshot
  readonly printed: string
  readonly milliseconds: number
  readonly trace: DiskTrace
}

/** Where trials are made: data and trained runs in one folder, copies of them in others. */
export interface Ground {
  /** A fresh folder with the data and, where it begins with one, the command's run. */
  prepare(name: string, command: ChaosCommand): Promise<string>
  unbroken(command: ChaosCommand): Promise<Unbroken>
  /** The folder of the data and runs, which no command may touch. */
  readonly base: string
}

/** Where processes leave what they saw of the disk, apart from what is judged. */
const traces = 'traces'

/** After how many calls about the log a run is half way: it is trimmed, then gets a line a step. */
const halfWay = 11

export async function makeGround(folder: string): Promise<Ground> {
  await mkdir(join(folder, traces))
  const base = join(folder, 'base')
  await writeData(base)
  const known = new Map<ChaosCommand, Promise<Unbroken>>()
  const prepare: Ground['prepare'] = async (name, { task, begins }) => {
    const here = join(folder, name)
    await mkdir(here)
    for (const one of ['pictures', 'pairs.csv', 'rows.csv']) {
      await cp(join(base, one), join(here, one), { recursive: true })
    }
    if (begins !== 'nothing')
      await cp(join(base, `${begins} ${task}`), join(here, 'run'), { recursive: true })
    return here
  }
  const run = async (command: ChaosCommand): Promise<Unbroken> => {
    const here = await prepare(`unbroken ${command.name}`, command)
    const began = performance.now()
    const { child, trace } = startUnder(here, command.args, { under: here })
    await ended(child)
    const milliseconds = performance.now() - began
    if (child.exitCode !== 0) throw new Error(`${command.name}: ${child.notes()}`)
    return {
      folder: here,
      after: await snapshot(here),
      printed: child.printed(),
      milliseconds,
      trace: await trace(),
    }
  }
  const unbroken: Ground['unbroken'] = command => {
    const one = known.get(command) ?? run(command)
    known.set(command, one)
    return one
  }
  for (const command of commands.filter(({ begins }) => begins === 'nothing')) {
    const { task } = command
    await cp(join((await unbroken(command)).folder, 'run'), join(base, `whole ${task}`), { recursive: true })
    await cp(join(await halfRun(task), 'run'), join(base, `half ${task}`), { recursive: true })
  }
  return { prepare, unbroken, base }

  async function halfRun(task: TaskName): Promise<string> {
    const command = { task, begins: 'nothing', name: `half ${task}` } as ChaosCommand
    const here = await prepare(command.name, command)
    const fault = { kind: 'SIGTERM', at: halfWay, lasting: false } as const
    const { child } = startUnder(here, training[task], { under: join(here, 'run', 'log.jsonl'), fault })
    await ended(child)
    if (child.exitCode !== 143) throw new Error(`${command.name}: ${child.exitCode} ${child.notes()}`)
    return here
  }
}

/** Starts a command in a folder, with a disk that counts, fails or kills. */
export function startUnder(
  cwd: string,
  args: readonly string[],
  disk: Omit<DiskFault, 'trace'>,
  options: ProcessOptions = {},
): { readonly child: TestProcess; readonly trace: () => Promise<DiskTrace> } {
  const trace = join(dirname(cwd), traces, `${basename(cwd)}.json`)
  const env = { CHIARO_CHAOS_DISK: JSON.stringify({ ...disk, trace }) }
  const preload = new URL('./failing-fs.ts', import.meta.url)
  const child = startWith({ ...options, cwd, env, preload }, args)
  const read = () =>
    readFile(trace, 'utf8').then(
      text => JSON.parse(text) as DiskTrace,
      // It was killed.
      () => ({ calls: 0, writes: 0 }),
    )
  return { child, trace: read }
}

/** Its streams are read to their ends, too. */
export async function ended(child: TestProcess): Promise<void> {
  await once(child, 'close')
}
