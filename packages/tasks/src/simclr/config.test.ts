import { expect, it } from 'vitest'
import { picturesOf } from '../pictures/pictures.ts'
import { readSettings } from '../settings/read-settings.ts'
import { configureSimclr } from './config.ts'
import { simclrSettings } from './settings.ts'
import { simclr } from './simclr.ts'

it('a run of before names the augmentation a recipe', () => {
  const settings = readSettings('simclr', simclrSettings, { augmentation: 'crop', batchSize: 2, steps: 1 })
  const config = configureSimclr(settings, picturesOf({ data: new Uint8Array(4 * 64), shape: [4, 8, 8, 1] }))
  const { augmentation, ...views } = config.training.views
  const before = { ...config, training: { ...config.training, views: { recipe: 'crop', ...views } } }
  expect(augmentation).toBe('crop')
  expect(simclr.parse(JSON.parse(JSON.stringify(before)))).toEqual(JSON.parse(JSON.stringify(config)))
})
