import { key } from '@chiaro/random/host'
import { picturesOf, type SimclrConfig, simclr } from '@chiaro/tasks'
import { beforeAll, expect, test } from 'vitest'
import { fields } from './settings.ts'
import { shapePictures } from './shapes.ts'
import { settingsOf, toldOf, viewsOf, withSettings } from './training.ts'

const { defaults } = fields
let config: SimclrConfig

beforeAll(async () => {
  config = await simclr.configure(
    toldOf(defaults),
    picturesOf(shapePictures(key(1), 64, [32, 32, 3])),
    key(1),
  )
})

test('settings come back from the config of a run', () => {
  expect(settingsOf(config, defaults.seed, 'shapes')).toEqual(defaults)
  const fewer = { ...defaults, crop: false, jitter: false, grey: false, blur: false, temperature: 0.5 }
  expect(settingsOf(withSettings(config, fewer), 1, 'shapes')).toEqual(fewer)
  expect(withSettings(config, fewer).training.views).toEqual({
    augmentation: 'simclr',
    leastCrop: 1,
    strength: 0,
    blur: 0,
    greyscale: 0,
  })
})

test('another length has its own rise, the same length the one it had', () => {
  const rising = { ...config, training: { ...config.training, warmupSteps: 3 } }
  expect(withSettings(rising, { ...defaults, temperature: 1 }).training.warmupSteps).toBe(3)
  expect(withSettings(rising, { ...defaults, steps: 200 }).training.warmupSteps).toBe(10)
})

test('changes stay as strong as the command trained with', () => {
  const views = { augmentation: 'simclr', strength: 1, blur: 0.3 } as const
  expect(viewsOf(defaults, views)).toEqual({ ...views, leastCrop: 0.08, greyscale: 0.2 })
  const again = viewsOf(defaults, viewsOf({ ...defaults, crop: false }, views))
  expect(again.leastCrop).toBe(0.4)
})

test('what the page does not train is refused in words', () => {
  const moco = { ...config, training: { ...config.training, objective: 'moco' as const } }
  expect(() => settingsOf(moco, 1, 'shapes')).toThrow(
    'its objective is moco, and this page trains with nt-xent alone',
  )
})
