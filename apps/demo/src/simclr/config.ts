import { ChiaroError } from '@chiaro/core'
import type { ConvEncoderOptions } from '@chiaro/encoders'
import type { PictureShape } from './pictures.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** A SimCLR run as `chiaro train simclr` keeps it in `run.json`: what it does not say of views, its recipe says. */
export interface RunConfig {
  readonly shape: PictureShape
  readonly encoder: { readonly kind: 'conv' } & ConvEncoderOptions
  readonly head: { readonly hidden: number; readonly output: number; readonly layers: number }
  readonly training: RunTraining
}

export interface RunTraining {
  readonly steps: number
  readonly batchSize: number
  readonly objective: string
  readonly temperature: number
  readonly queue: number
  readonly momentum: number
  readonly views: RunViews
  readonly optimizer: string
  readonly learningRate: number
  readonly warmupSteps: number
  readonly weightDecay: number
  readonly checkpointEvery: number
}

/** How views are drawn. */
export interface RunViews {
  readonly recipe: string
  /** The least part of a picture's area that a crop has; 1 crops nothing. */
  readonly leastCrop?: number
  /** Of the colour jitter. */
  readonly strength: number
  /** Probabilities. */
  readonly blur: number
  readonly greyscale?: number
}

/** A crop's least share of the area, the jitter's strength, and the probabilities, where a change is chosen. */
const chosen = { leastCrop: 0.4, strength: 1, blur: 0.5, greyscale: 0.5 }

const widths = [16, 32, 64, 128]

/** The net of a fresh run: 3×3 convolutions, and the mean of each of their channels. */
export const encoderOf = (shape: PictureShape): RunConfig['encoder'] => ({
  kind: 'conv',
  inputShape: shape,
  stages: widths.map((width, i) => [{ kernel: 3, width, stride: i === widths.length - 1 ? 1 : 2 }]),
  residual: false,
  norm: 'batch',
  pooling: 'average',
})

/** What a fresh run is told. */
export function configOf(settings: Settings, shape: PictureShape): RunConfig {
  const { batchSize } = settings
  const fresh = {
    batchSize,
    objective: 'nt-xent',
    queue: 4096,
    momentum: 0.99,
    optimizer: 'adamw',
    weightDecay: 0.0001,
    checkpointEvery: 500,
  }
  const head = { hidden: 128, output: 64, layers: 2 }
  return { shape, encoder: encoderOf(shape), head, training: { ...fresh, ...liveTraining(settings) } }
}

/** A run's config as its settings stand: live ones may have changed since it began. */
export const withLive = (config: RunConfig, live: LiveSettings): RunConfig => ({
  ...config,
  training: { ...config.training, ...liveTraining(live, config.training) },
})

function liveTraining(live: LiveSettings, before?: RunTraining) {
  const { steps, temperature, learningRate } = live
  const warmupSteps = steps === before?.steps ? before.warmupSteps : Math.round(steps / 20)
  return { steps, temperature, learningRate, warmupSteps, views: viewsOf(live, before?.views) }
}

/** How views are drawn with the changes that are chosen; one the run had before stays as strong as it was. */
export function viewsOf({ crop, jitter, grey, blur }: LiveSettings, before?: RunViews): RunViews {
  const { leastCrop = before && 0.08, strength = 0, greyscale = before && 0.2 } = before ?? {}
  return {
    recipe: 'simclr',
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
  { training, encoder }: RunConfig,
  seed: number,
  source: Settings['source'],
): Settings {
  const { steps, batchSize, temperature, learningRate, views, objective, optimizer } = training
  for (const [name, got, expected] of [
    ['encoder', encoder.kind as string, 'conv'],
    ['objective', objective, 'nt-xent'],
    ['recipe of views', views.recipe, 'simclr'],
    ['optimiser', optimizer, 'adamw'],
  ]) {
    if (got === expected) continue
    const problem = `its ${name} is ${got}, and this page trains with ${expected} alone`
    throw new ChiaroError(
      'run',
      `This file can’t be opened: ${problem}. The chiaro command resumes it.`,
      'file',
    )
  }
  return {
    source,
    seed,
    batchSize,
    steps,
    temperature,
    learningRate,
    crop: (views.leastCrop ?? 0.08) < 1,
    jitter: views.strength > 0,
    grey: (views.greyscale ?? 0.2) > 0,
    blur: views.blur > 0,
  }
}
