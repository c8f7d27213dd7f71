import { once } from 'node:events'
import { mkdtemp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Mpirun, onRanks } from '@chiaro/test-kit/mpirun'
import { loadCheckpoint } from '@chiaro/train/node'
import { expect } from 'vitest'
import { commandOf, spawned, type TestProcess } from '../process-in-test.ts'

/** What a test wants of its ranks (rank-in-test.mjs). */
interface RankInTest {
  /** Where each rank leaves its process's id, under its number. */
  readonly folder: string
  /** The rank that has another version of the command. */
  readonly otherVersion?: number
  /** The ranks where koffi is missing. */
  readonly withoutKoffi?: readonly number[]
}

/** npm run test:mpi runs what was built, which starts in half the time. */
const built = process.env.CHIARO_BUILT === '1'

/** A command on several ranks. */
export interface RankedProcess extends TestProcess {
  /** The process of a rank, as soon as there is one. */
  pidOf(rank: number): Promise<number>
  /** Waits until the launcher has ended; no rank lives on. */
  ended(): Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  /** What chiaro said on stderr, without what launchers say themselves. */
  readonly said: readonly string[]
  readonly printed: string
}

export interface OnRanks extends Omit<RankInTest, 'folder'> {
  readonly mpirun: Mpirun
  readonly ranks: number
  readonly cwd: string
  /** What starts node on each rank. Default: nothing. */
  readonly before?: readonly string[]
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/** Starts chiaro on several ranks: by the same arguments on each, or by those of each. */
export async function startOnRanks(
  { mpirun, ranks, cwd, before = [], env = {}, ...wish }: OnRanks,
  ...args: readonly (readonly string[])[]
): Promise<RankedProcess> {
  const folder = await mkdtemp(join(cwd, 'ranks-'))
  const preload = new URL('./rank-in-test.mjs', import.meta.url)
  const programs = args.map(own => [...before, ...commandOf({ preload, built }, own)])
  const told = JSON.stringify({ ...wish, folder } satisfies RankInTest)
  const child = spawned(onRanks(mpirun, ranks, ...programs), {
    cwd,
    env: { ...env, CHIARO_RANK_IN_TEST: told },
  })
  const closed = once(child, 'close')
  const pidIn = (rank: number) => readFile(join(folder, String(rank)), 'utf8').then(Number, () => undefined)
  return Object.assign(child, {
    async pidOf(rank: number) {
      for (;;) {
        const pid = await pidIn(rank)
        if (pid !== undefined) return pid
        if (child.exitCode !== null) throw new Error(`rank ${rank} never was: ${child.notes()}`)
        await pause(5)
      }
    },
    async ended() {
      await closed
      for (let rank = 0; rank < ranks; rank++) {
        const pid = await pidIn(rank)
        if (pid !== undefined) await expect.poll(() => lives(pid), { timeout: 5000 }).toBe(false)
      }
      return { code: child.exitCode, said: linesOf(child.notes()), printed: child.printed() }
    },
  })
}

/** The same, to its end. */
export async function runOnRanks(on: OnRanks, ...args: readonly (readonly string[])[]): Promise<Ended> {
  return (await startOnRanks(on, ...args)).ended()
}

/** How far the weights of two runs are apart after a step. */
export async function largestDifference(one: string, other: string, step: number): Promise<number> {
  const [a, b] = await Promise.all([one, other].map(run => loadCheckpoint(run, step)))
  const differences = Object.entries(a.model).flatMap(([name, { values }]) =>
    Array.from(values, (value, i) => Math.abs(value - b.model[name].values[i])),
  )
  return Math.max(...differences)
}

const linesOf = (notes: string) =>
  notes.split('\n').filter(line => /^(chiaro:|training:|interrupted|next:|error:)/.test(line))

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
