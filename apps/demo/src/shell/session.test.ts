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
  await other({ kind: 'open', file: new File([middle.file as BlobPart], middle.name) })
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
  await take({ kind: 'open', file: new File(['ab'], 'other.zip') })
  expect(of('failed').map(({ message }) => message)).toEqual([
    'There is nothing to save yet: train a little first.',
    'other.zip can’t be opened: it must be a ZIP file, got something else.',
  ])
})

it('frees the run before', async () => {
  const take = session()
  await take({ kind: 'begin', settings })
  const before = tf.memory().numTensors
  await take({ kind: 'begin', settings: { ...settings, seed: 2 } })
  expect(tf.memory().numTensors).toBe(before)
})

it('a run that can not be made leaves the one before as it was', async () => {
  const take = session()
  await take({ kind: 'begin', settings: { ...settings, steps: 200 } })
  await take({ kind: 'resume' })
  while (of('figures').length === 0) await new Promise(done => setTimeout(done, 5))
  await Promise.all([
    take({ kind: 'begin', settings: { ...settings, source: 'file' }, back: true }),
    take({ kind: 'resume', awaited: true }),
  ])
  const { settings: kept, step, again } = of('prepared')[1].prepared
  expect({ kept, again }).toEqual({ kept: { ...settings, steps: 200 }, again: true })
  expect(step).toBeGreaterThan(0)
  expect(reports.at(-1)).toMatchObject({
    kind: 'failed',
    message: expect.stringMatching(/^There are 0 points/),
  })
  expect(states().at(-1)).toBe('paused')
  await take({ kind: 'save' })
  expect(unpackRun(of('saved')[0].file).latest.step).toBe(step)
  await take({ kind: 'resume' })
  await until('done')
  // One that was left by choice does not come back.
  await take({ kind: 'begin', settings: { ...settings, source: 'file' } })
  expect(of('prepared')).toHaveLength(2)
})

it('making a run is stopped: the one before is there, or none', async () => {
  const take = session()
  const stopped = () => of('failed').map(({ message }) => message)
  await Promise.all([take({ kind: 'begin', settings }), take({ kind: 'stop' })])
  expect(of('prepared')).toEqual([])
  expect(stopped()).toEqual(['Stopped: no new run was made.'])
  await take({ kind: 'begin', settings })
  await Promise.all([
    take({ kind: 'begin', settings: { ...settings, seed: 2 }, back: true }),
    take({ kind: 'stop' }),
  ])
  expect(of('prepared').map(({ prepared }) => prepared.settings.seed)).toEqual([1, 1])
  expect(stopped()).toHaveLength(2)
})

it('a run whose data are not here is looked at, and neither trained on nor saved', async () => {
  const onlyLooked = 'Its rows are not in the file.'
  const take = createSession<DensityLab>(
    to => {
      const work = densityWork(to)
      return { ...work, opened: async (...of) => Object.assign(await work.opened(...of), { onlyLooked }) }
    },
    'http://localhost/',
    report => reports.push(report),
  )
  const other = session()
  await other({ kind: 'begin', settings: { ...settings, steps: 200 } })
  await other({ kind: 'resume' })
  while (of('figures').length === 0) await new Promise(done => setTimeout(done, 5))
  await other({ kind: 'save' })
  const [{ file, name }] = of('saved')
  await other({ kind: 'pause' })
  reports = []
  await take({ kind: 'open', file: new File([file as BlobPart], name) })
  expect(states()).toEqual(['done'])
  expect(of('shown').length).toBeGreaterThan(0)
  await take({ kind: 'change', settings: { ...settings, steps: 300 } })
  await take({ kind: 'resume' })
  expect(states()).not.toContain('running')
  await take({ kind: 'save' })
  expect(of('failed').map(({ message }) => message)).toEqual([`There is nothing new to save. ${onlyLooked}`])
})
