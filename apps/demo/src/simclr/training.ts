import { readSettings, type SimclrConfig, type SimclrSettings, simclr } from '@chiaro/tasks'
import { cannotOpen } from '../shell/run-file.ts'
import type { Changes, Settings } from './settings.ts'

type Views = SimclrConfig['training']['views']

/** A crop's least share of the area, the jitter's strength, and the probabilities, where a change is chosen. */
const chosen = { leastCrop: 0.4, strength: 1, blur: 0.5, greyscale: 0.5 }

/** What the task is told besides the form: a small net, and the mean of each of its last channels. */
const besides = { widths: [16, 32, 64, 128], grid: 1, headHidden: 128, checkpointEvery: 500 }

/** The task's settings for a new run. */
export function toldOf(settings: Settings): SimclrSettings {
  const { batchSize, steps, temperature, learningRate } = settings
  const told = { ...besides, batchSize, steps, temperature, learningRate, ...viewsOf(settings) }
  return readSettings('simclr', simclr.settings, told) as SimclrSettings
}

/** A run's config with other settings; what views change stays as strong as it was. */
export function withSettings(config: SimclrConfig, settings: Settings): SimclrConfig {
  const { training } = config
  const { steps, temperature, learningRate } = settings
  const warmupSteps = steps === training.steps ? training.warmupSteps : Math.round(steps / 20)
  const views = viewsOf(settings, training.views)
  return { ...config, training: { ...training, steps, temperature, learningRate, warmupSteps, views } }
}

/** How views are drawn with the changes that are chosen; one the run had before stays as strong as it was. */
export function viewsOf({ crop, jitter, grey, blur }: Changes, before?: Views): Views {
  const { leastCrop = before && 0.08, strength = 0, greyscale = before && 0.2 } = before ?? {}
  return {
    augmentation: 'simclr',
    leastCrop: crop ? (below(leastCrop, 1) ?? chosen.leastCrop) : 1,
    strength: jitter ? strength || chosen.strength : 0,
    blur: blur ? before?.blur || chosen.blur : 0,
    greyscale: grey ? greyscale || chosen.greyscale : 0,
  }
}

const below = (value: number | undefined, most: number) =>
  value !== undefined && value < most ? value : undefined

/**
 * The page's settings for a run that the command trained: what the page has no control for must be as the page has it.
 *
 * @throws ChiaroError ('run') in words
 */
export function settingsOf(
  { training, encoder }: SimclrConfig,
  seed: number,
  source: Settings['source'],
): Settings {
  const { steps, batchSize, learningRate, views, objective, optimizer } = training
  const needed = {
    encoder: [encoder.kind, 'conv'],
    objective: [objective, 'nt-xent'],
    'number of views': [String(views.count ?? 2), '2'],
    'number of smaller views': [String(views.localViews ?? 0), '0'],
    'mix of views': [views.mix ?? 'none', 'none'],
    augmentation: [views.augmentation, 'simclr'],
    optimiser: [optimizer, 'adamw'],
  }
  for (const [name, [got, expected]] of Object.entries(needed)) {
    if (got === expected) continue
    const problem = `its ${name} is ${got}, and this page trains with ${expected} alone`
    throw cannotOpen(`${problem}; the chiaro command resumes it`)
  }
  return {
    source,
    seed,
    batchSize,
    steps,
    // Every run of this loss has it.
    temperature: training.temperature ?? 0.2,
    learningRate,
    crop: (views.leastCrop ?? 0.08) < 1,
    jitter: (views.strength ?? 0) > 0,
    grey: (views.greyscale ?? 0.2) > 0,
    blur: (views.blur ?? 0) > 0,
  }
}
