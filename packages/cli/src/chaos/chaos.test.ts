import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawTrial } from './faults.ts'
import { type Ground, makeGround } from './ground.ts'
import { judge } from './judge.ts'
import { changes, type Snapshot, snapshot } from './snapshot.ts'
import { befall } from './trial.ts'

/** How many trials there are: CHIARO_CHAOS=200 for the long form, which says what became of them. */
const count = Number(process.env.CHIARO_CHAOS ?? 11)
/** Other trials. */
const seed = Number(process.env.CHIARO_CHAOS_SEED ?? 1)

let [folder, base, ground] = ['', new Map() as Snapshot, undefined as Ground | undefined]
const outcomes: { kind: string; command: string; verdict: string; milliseconds?: number }[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chiaro-chaos-'))
  ground = await makeGround(folder)
  base = await snapshot(ground.base)
}, 180_000)
afterAll(async () => {
  if (process.env.CHIARO_CHAOS !== undefined) process.stdout.write(`${JSON.stringify(outcomes)}\n`)
  await rm(folder, { recursive: true })
})

describe('whatever befalls a command', () => {
  const trials = Array.from({ length: count }, (_, i) => drawTrial(seed, i))
  it.each(trials.map(trial => [trial.number, trial.kind, trial.command.name, trial] as const))(
    '%i: %s, %s: the run is intact, goes on to the bit, or is refused in one line',
    async (_number, kind, command, trial) => {
      const befallen = await befall(trial, ground as Ground)
      const { verdict, problems } = await judge(befallen)
      const { what, code, signal, notes, milliseconds } = befallen
      outcomes.push({ kind, command, verdict: verdict ?? 'none', milliseconds })
      const end = `${what}; ended with ${code ?? signal}: ${notes.trimEnd().split('\n').slice(-4).join(' | ')}`
      expect(problems, end).toEqual([])
      await rm(befallen.folder, { recursive: true })
    },
  )

  it('nothing is written elsewhere', async () => {
    expect(changes(base, await snapshot((ground as Ground).base))).toEqual([])
  })
})
