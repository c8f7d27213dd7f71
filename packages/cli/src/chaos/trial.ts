import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { foldIn, uniformValues } from '@chiaro/random'
import type { DiskFault, DiskTrace } from './disk-fault.ts'
import { below, damage, deny, type Trial } from './faults.ts'
import { ended, type Ground, startUnder, type Unbroken } from './ground.ts'
import { type Snapshot, snapshot } from './snapshot.ts'
import { newestWhole } from './whole-checkpoints.ts'

/** A command that something befell, and what came of it. */
export interface Befallen {
  readonly folder: string
  readonly trial: Trial
  /** What exactly happened to it. */
  readonly what: string
  readonly unbroken: Unbroken
  /** The run of an unbroken training. */
  readonly whole: string
  /** With the damage that was done beforehand. */
  readonly before: Snapshot
  readonly after: Snapshot
  readonly newestBefore: number
  readonly newestAfter: number
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly notes: string
  readonly printed: string
  readonly trace: DiskTrace
  /** From a signal to the end. */
  readonly milliseconds?: number
}

export async function befall(trial: Trial, ground: Ground): Promise<Befallen> {
  const { command, kind, key } = trial
  const unbroken = await ground.unbroken(command)
  const folder = await ground.prepare(`trial ${trial.number}`, command)
  const run = join(folder, 'run')
  const before = await damagedFirst()
  const newestBefore = await newestWhole(run)
  const denied = kind === 'EACCES' ? await denyFirst() : undefined
  const disk: Omit<DiskFault, 'trace'> = { under: folder, fault: faultOf(trial, unbroken) }
  const { child, trace } = startUnder(folder, command.args, disk, { bound: kind === 'EACCES' })
  const end = ended(child)
  const late = await signalled()
  await end
  const time = Date.now()
  await denied?.restore()
  const seen = await trace()
  const { hit } = seen
  const from = hit?.time ?? late.time
  return {
    folder,
    trial,
    what: before.what ?? denied?.what ?? (hit && describe(hit.call)) ?? late.what ?? 'nothing reached',
    unbroken,
    whole: join(ground.base, `whole ${command.task}`),
    before: before.snapshot,
    after: await snapshot(folder),
    newestBefore,
    newestAfter: await newestWhole(run),
    code: child.exitCode,
    signal: child.signalCode,
    notes: child.notes(),
    printed: child.printed(),
    trace: seen,
    ...(from !== undefined && kind.startsWith('SIG') && { milliseconds: time - from }),
  }

  async function damagedFirst() {
    const paths = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = paths.filter(one => one.isFile()).map(one => relativeTo(folder, one.parentPath, one.name))
    const ofRun = files.filter(file => file.startsWith('run/'))
    const ofData = dataOf(command.task, files)
    const where = kind.endsWith('of the run') ? ofRun : kind.endsWith('of the data') ? ofData : undefined
    const what = where && (await damage(folder, where.toSorted(), trial))
    return { what, snapshot: await snapshot(folder) }
  }

  async function denyFirst() {
    const names = await readdir(folder, { recursive: true })
    const ours = names.filter(name => name.startsWith('run'))
    // Half of them of the run, where there is one.
    const paths = ours.length > 0 && below(foldIn(key, 5), 2) === 0 ? ours : ['', ...names]
    return deny(folder, paths.toSorted(), trial)
  }

  /** Half of the signals come at a call of the disk, the others at any time. */
  async function signalled(): Promise<{ readonly time?: number; readonly what?: string }> {
    if (!kind.startsWith('SIG') || disk.fault !== undefined) return {}
    const after = unbroken.milliseconds * uniformValues(foldIn(key, 4), 1)[0]
    await Promise.race([end, new Promise(resolve => setTimeout(resolve, after))])
    if (child.exitCode !== null) return {}
    child.kill(kind as NodeJS.Signals)
    return { time: Date.now(), what: `after ${Math.round(after)} ms` }
  }

  function describe(call: string): string {
    const lasting = disk.fault?.lasting && !kind.startsWith('SIG') ? ', and ever after' : ''
    return `at ${call.replace(`${folder}/`, '')}${lasting}`
  }
}

function faultOf({ kind, key }: Trial, { trace }: Unbroken): DiskFault['fault'] {
  const isSignal = kind.startsWith('SIG')
  if (!isSignal && kind !== 'ENOSPC' && kind !== 'EIO') return undefined
  if (isSignal && below(foldIn(key, 1), 2) === 0) return undefined
  const at = 1 + below(foldIn(key, 2), kind === 'ENOSPC' ? trace.writes : trace.calls)
  const lasting = below(foldIn(key, 3), 2) === 0
  return { kind: kind as NonNullable<DiskFault['fault']>['kind'], at, lasting }
}

function dataOf(task: Trial['command']['task'], files: readonly string[]): string[] {
  if (task === 'density') return ['rows.csv']
  const pictures = files.filter(file => file.startsWith('pictures/'))
  // The table as often as a picture would be by itself makes it never.
  return task === 'clip' ? [...pictures, ...Array<string>(20).fill('pairs.csv')] : pictures
}

const relativeTo = (folder: string, parent: string, name: string) =>
  join(parent.slice(folder.length + 1), name)
