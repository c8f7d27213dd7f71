import {
  clip,
  type DataKind,
  describeSettings,
  planeDensity,
  type SettingsSchema,
  simclr,
} from '@chiaro/tasks'
import { expect, it } from 'vitest'
import { fields as ofClip } from '../clip/settings.ts'
import { fields as ofDensity } from '../density/settings.ts'
import { fields as ofSimclr } from '../simclr/settings.ts'
import { complaint, type NumberField } from './form.ts'

interface TaskOfLab {
  readonly takes: DataKind
  readonly settings: SettingsSchema
}
const labs: [string, TaskOfLab, Readonly<Record<string, NumberField>>, object][] = [
  ['SimCLR', simclr, ofSimclr.numbers, ofSimclr.choices],
  ['CLIP', clip, ofClip.numbers, ofClip.choices],
  ['density', planeDensity, ofDensity.numbers, ofDensity.choices],
]

it.each(labs)('the bounds of the %s lab lie within those of its task', (_, { settings }, numbers) => {
  const known = describeSettings(settings)
  // The seed is the run's, not the task's.
  for (const [name, { least, most, whole }] of Object.entries(numbers).filter(([name]) => name !== 'seed')) {
    const setting = known.find(one => one.name === name)
    expect(setting?.kind, name).toBe(whole ? 'integer' : 'number')
    expect(least, name).toBeGreaterThanOrEqual(setting?.least ?? Number.NEGATIVE_INFINITY)
    expect(most, name).toBeLessThanOrEqual(setting?.most ?? Number.POSITIVE_INFINITY)
  }
})

it('the density lab offers every choice of its task', () => {
  const known = describeSettings(planeDensity.settings)
  for (const name of ['energy', 'objective', 'noise'] as const) {
    const { names } = known.find(one => one.name === name) ?? {}
    expect(Object.keys(ofDensity.choices[name])).toEqual(names)
  }
})

it('says in words what is wrong with a number', () => {
  const field = { label: 'Steps', least: 10, most: 20, whole: true }
  expect(complaint(field, 10)).toBeUndefined()
  for (const wrong of [9, 21, 10.5, Number.NaN]) {
    expect(complaint(field, wrong)).toBe('Please give a whole number from 10 to 20.')
  }
  expect(complaint({ ...field, whole: false }, 10.5)).toBeUndefined()
})
