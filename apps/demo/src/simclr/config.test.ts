import { expect, test } from 'vitest'
import { configOf, settingsOf, viewsOf, withLive } from './config.ts'
import { defaults } from './settings.ts'

const config = configOf(defaults, [32, 32, 3])

test('settings come back from the config of a run', () => {
  expect(settingsOf(config, defaults.seed, 'shapes')).toEqual(defaults)
  const fewer = { ...defaults, crop: false, jitter: false, grey: false, blur: false, temperature: 0.5 }
  expect(settingsOf(withLive(config, fewer), 1, 'shapes')).toEqual(fewer)
  expect(withLive(config, fewer).training.views).toEqual({
    recipe: 'simclr',
    leastCrop: 1,
    strength: 0,
    blur: 0,
    greyscale: 0,
  })
})

test('changes stay as strong as the command trained with', () => {
  const views = { recipe: 'simclr', strength: 1, blur: 0.3 }
  expect(viewsOf(defaults, views)).toEqual({ ...views, leastCrop: 0.08, greyscale: 0.2 })
  const again = viewsOf(defaults, viewsOf({ ...defaults, crop: false }, views))
  expect(again.leastCrop).toBe(0.4)
})

test('what the page does not train is refused in words', () => {
  const moco = { ...config, training: { ...config.training, objective: 'moco' } }
  expect(() => settingsOf(moco, 1, 'shapes')).toThrow(
    'its objective is moco, and this page trains with nt-xent alone',
  )
})
