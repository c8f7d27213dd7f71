import {
  type PlaneConfig,
  type PlaneSettings,
  planeDensity,
  planeSettingsOf,
  readSettings,
} from '@chiaro/tasks'
import type { Settings, SourceName } from './settings.ts'

/** The task's settings for a new run; a file's columns are measured in deviations, since they may have any units. */
export function toldOf({ source, seed: _, ...told }: Settings): PlaneSettings {
  return readSettings('density', planeDensity.settings, {
    ...told,
    standardise: source === 'file',
  }) as PlaneSettings
}

/** The page's settings of a run's config. */
export function settingsOf(config: PlaneConfig, seed: number, source: SourceName): Settings {
  const { energy, objective, noise, noiseWidth, noiseRatio, steps, learningRate } = planeSettingsOf(config)
  return { source, seed, energy, objective, noise, noiseWidth, noiseRatio, steps, learningRate }
}
