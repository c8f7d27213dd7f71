import { foldIn, key as keyOf } from '@chiaro/random/host'
import { asAnyTask, planeDensity, withPlaneSettings } from '@chiaro/tasks'
import type { LabWork, ToPage } from '../shell/lab-work.ts'
import { keepRows, keptRows } from './kept-rows.ts'
import type { DensityLab } from './messages.ts'
import { rowsOf } from './rows.ts'
import { settingsOf, toldOf } from './training.ts'
import { watchDensity } from './watch.ts'

export function densityWork(to: ToPage<DensityLab>): LabWork<DensityLab> {
  return {
    task: asAnyTask(planeDensity),
    title: 'density',
    pace: { figures: 150, look: 350, share: 4 },
    advice: {
      nonFinite: 'Lower the learning rate or widen the noise',
      outOfMemory: 'Take a smaller noise ratio',
      other: message =>
        /below \+∞/.test(message)
          ? 'A point of the data lies where the noise can’t come. Choose a wider noise, then reset.'
          : undefined,
    },
    async fresh(settings, given) {
      const key = keyOf(settings.seed)
      const { table: data, ...rows } = await rowsOf(settings.source, foldIn(key, 0), given)
      const config = await planeDensity.configure(toldOf(settings), data, key)
      return { ...rows, settings, config, data }
    },
    async opened(run, seed) {
      const { source, own } = keptRows(run)
      const told = planeDensity.parse(run.info.config)
      const key = keyOf(seed)
      const { table: data, ...rows } = await rowsOf(source, foldIn(key, 0), own)
      const config = await withPlaneSettings(told, {}, data, key)
      return { ...rows, settings: settingsOf(config, seed, source), config, data }
    },
    changed: ({ made, now, key }, settings) => withPlaneSettings(now.config, settings, made.data, key),
    kept: ({ made: { settings, own } }) => ({ name: settings.source, ...keepRows(settings.source, own) }),
    watch: run => watchDensity(run, to),
  }
}
