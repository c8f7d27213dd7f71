import { planeDensity } from '@chiaro/tasks'
import { useTestBackend } from '@chiaro/test-kit'
import { unpackRun } from '@chiaro/train'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { DensityLab } from '../density/messages.ts'
import { fields } from '../density/settings.ts'
import { densityWork } from '../density/work.ts'
import type { LabReport, LabRequest } from './messages.ts'
import { createSession } from './session.ts'

type Report = LabReport<DensityLab>

let reports: Report[] = []
const settings = { ...fields.defaults, energy: 'gaussian' as const, steps: 12 }

beforeEach(async () => {
  await useTestBackend('wasm')
  reports = []
})
afterEach(() => tf.disposeVariables())

function session() {
  return createSession<DensityLab>(densityWork, 'http://localhost/', report => reports.push(report))
}
const of = <K extends Report['kind']>(kind: K) =>
  reports.filter((report): report is Extract<Report, { kind: K }> => report.kind === kind)
const states = () => of('state').map(({ state }) => state)

/** Waits for a state after what was there. */
async function until(state: string, from = 0) {
  while (
    !states()
      .slice(from)
      .includes(state as never)
  )
    await new Promise(done => setTimeout(done, 5))
}

it('begins, trains to the end, and tells of every step', async () => {
  const take = session()
  await take({ kind: 'begin', settings })
  const [{ prepared }] = of('prepared')
  expect(prepared).toMatchObject({ settings, step: 0, about: { axes: ['x', 'y'] } })
  expect(prepared.indifferentLoss).toBe(
    planeDensity.indifferentLoss({ objective: 'binary', training: { noiseRatio: 4 } } as never),
  )
  await take({ kind: 'resume' })
  await until('done')
  expect(states()).toEqual(['paused', 'running', 'done'])
  const steps = of('figures').flatMap(({ figures }) => figures.losses.map(({ step }) => step))
  expect(steps).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
  const looked = of('shown').flatMap(({ shown }) =>
    shown.kind === 'landscape' ? [shown.landscape.step] : [],
  )
  expect(looked[0]).toBe(0)
  expect(looked.at(-1)).toBe(12)
})

it('a run that is saved in the middle and opened ends as the one that went on', async () => {
  const take = session()
  await take({ kind: 'begin', settings: { ...settings, steps: 200 } })
  await take({ kind: 'resume' })
  while (of('figures').length === 0) await new Promise(done => setTimeout(done, 5))
  await take({ kind: 'save' })
  await until('done')
  await take({ kind: 'save' })
  const [middle, end] = of('saved')
  expect(middle.name).toMatch(/^chiaro-moons-\d+\.zip$/)
  const { latest } = unpackRun(end.file)

  reports = []
  const other = session()
  await other({ kind: 'open', file: middle.file.slice().buffer })
  const [{ prepared }] = of('prepared')
  expect(prepared.settings).toEqual({ ...settings, steps: 200 })
  expect(prepared.step).toBeGreaterThan(0)
  expect(prepared.step).toBeLessThan(200)
  await other({ kind: 'resume' })
  await until('done')
  await other({ kind: 'save' })
  expect(unpackRun(of('saved')[0].file).latest).toEqual(latest)
})

it('a longer run goes on, a shorter one is done', async () => {
  const take = session()
  await take({ kind: 'begin', settings })
  await take({ kind: 'resume' })
  await until('done')
  await take({ kind: 'change', settings: { ...settings, steps: 15 } })
  expect(states().at(-1)).toBe('paused')
  await take({ kind: 'change', settings: { ...settings, steps: 10 } })
  expect(states().at(-1)).toBe('done')
  await take({ kind: 'change', settings: { ...settings, steps: 14 } })
  await take({ kind: 'resume' })
  await until('done', states().length)
  expect(of('figures').at(-1)?.figures.step).toBe(14)
})

it('of runs begun in a row the last alone is made, and what is no run fails in words', async () => {
  const take = session()
  const begin = (seed: number): LabRequest<DensityLab> => ({ kind: 'begin', settings: { ...settings, seed } })
  await Promise.all([take(begin(1)), take(begin(2)), take(begin(3))])
  expect(of('prepared').map(({ prepared }) => prepared.settings.seed)).toEqual([3])
  await take({ kind: 'save' })
  await take({ kind: 'open', file: new Uint8Array([1, 2]).buffer })
  expect(of('failed').map(({ message }) => message)).toEqual([
    'There is nothing to save yet: train a little first.',
    'This file can’t be opened: it is no ZIP file, or a damaged one.',
  ])
})

it('frees the run before', async () => {
  const take = session()
  await take({ kind: 'begin', settings })
  const before = tf.memory().numTensors
  await take({ kind: 'begin', settings: { ...settings, seed: 2 } })
  expect(tf.memory().numTensors).toBe(before)
})
