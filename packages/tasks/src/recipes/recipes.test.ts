import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { describeSettings } from '../settings/describe-settings.ts'
import { readSettings } from '../settings/read-settings.ts'
import { simclrSettings } from '../simclr/settings.ts'
import { taskNamed } from '../tasks.ts'
import { fashionSimclr } from './fashion-simclr.ts'
import { recipes } from './recipes.ts'
import { withRecipe } from './with-recipe.ts'

const root = new URL('../../../../', import.meta.url)

it('names are their own', () => {
  expect(new Set(recipes.map(({ name }) => name)).size).toBe(recipes.length)
})

describe.each(recipes)('$name', ({ name, task, settings, command }) => {
  it('says settings of its task, each other than the default', () => {
    const { settings: schema } = taskNamed(task)
    expect(readSettings(name, schema, settings)).toMatchObject(settings)
    const defaults = new Map(describeSettings(schema).map(setting => [setting.name, setting.default]))
    for (const [setting, value] of Object.entries(settings)) {
      expect(defaults.has(setting), setting).toBe(true)
      expect(value, setting).not.toEqual(defaults.get(setting))
    }
  })

  it('has a command that trains its task by it', () => {
    expect(command.startsWith(`chiaro train ${task} `)).toBe(true)
    expect(command).toContain(` --recipe ${name} `)
  })
})

const measured = recipes.flatMap(({ name, reached }) => (reached === undefined ? [] : [{ name, reached }]))
describe.each(measured)('$name, measured', ({ reached }) => {
  it('has its figures from a page of this repository', () => {
    const page = new URL(reached.source, root)
    expect(existsSync(page)).toBe(true)
    const numbers = reached.figure.match(/\d\.\d+/g) ?? []
    expect(numbers.length).toBeGreaterThan(0)
    const text = readFileSync(page, 'utf8')
    for (const number of numbers) expect(text).toContain(number)
  })
})

describe('withRecipe', () => {
  const given = (settings: object) => withRecipe(fashionSimclr, settings as never, simclrSettings)

  it('lets what is given win', () => {
    expect(given({ steps: 10, grid: 1 })).toEqual({ ...fashionSimclr.settings, steps: 10, grid: 1 })
  })

  it('leaves its length out beside another one', () => {
    const { steps, ...others } = fashionSimclr.settings
    expect(given({ epochs: 3 })).toEqual({ ...others, epochs: 3 })
    expect(steps).toBe(900)
  })

  it('leaves a number of its own choice out beside another choice, and what was given in', () => {
    const recipe = { ...fashionSimclr, settings: { objective: 'moco', queue: 64, grid: 3 } }
    const other = withRecipe(recipe, { objective: 'vicreg' }, simclrSettings)
    expect(other).toEqual({ objective: 'vicreg', grid: 3 })
    const wrong = withRecipe(recipe, { objective: 'vicreg', queue: 8 }, simclrSettings)
    expect(() => readSettings('simclr', simclrSettings, wrong)).toThrow(
      'queue belongs to objective moco, got vicreg',
    )
  })
})
