import { type ClipConfig, type ClipSettings, clip, type Pairs, readSettings } from '@chiaro/tasks'
import { cannotOpen } from '../shell/run-file.ts'
import { type Atlas, keywordSeparator } from './atlas.ts'
import type { Settings } from './settings.ts'

/** What the task is told besides the form. */
const besides = {
  widths: [24, 48, 96],
  imageMean: 0.75,
  imageDeviation: 0.3,
  buckets: 4096,
  keywordSeparator,
  textLength: 64,
  embedding: 128,
  weightDecay: 2,
  textWeightDecay: 1,
  averageDecay: 0,
  validateEvery: 1000,
  checkpointEvery: 500,
}

/** The text tower learns so much more slowly: it knows the words' own likeness from the start. */
const textShare = 0.2

/** The task's settings for a new run. */
export function toldOf({ batchSize, logitScale, learned, steps, learningRate }: Settings): ClipSettings {
  const told = {
    ...besides,
    batchSize,
    logitScale,
    fixedLogitScale: !learned,
    steps,
    warmupSteps: Math.round(steps / 10),
    learningRate,
    textLearningRate: textShare * learningRate,
  }
  return readSettings('clip', clip.settings, told) as ClipSettings
}

/** A run's config with other settings; the text tower learns as much more slowly as it did. */
export function withSettings(config: ClipConfig, { steps, learningRate }: Settings): ClipConfig {
  const { training } = config
  const warmupSteps = steps === training.steps ? training.warmupSteps : Math.round(steps / 10)
  const slower = training.textLearningRate / training.learningRate
  const textLearningRate =
    learningRate === training.learningRate ? training.textLearningRate : slower * learningRate
  return { ...config, training: { ...training, steps, learningRate, warmupSteps, textLearningRate } }
}

/**
 * The page's settings for a run that the command trained.
 *
 * @throws ChiaroError ('run') in words where the page can't go on with it
 */
export function settingsOf(
  { imageSize, logitScale, training }: ClipConfig,
  seed: number,
  side: number,
): Settings {
  if (imageSize !== side) {
    const problem = `it was trained on pictures of ${imageSize} × ${imageSize}`
    throw cannotOpen(`${problem}, and this page’s have ${side} × ${side}`)
  }
  const { batchSize, steps, learningRate } = training
  return { seed, batchSize, logitScale: logitScale.initial, learned: logitScale.learned, steps, learningRate }
}

/** The emoji that are trained on, each with its caption and as any of the vendors trained on draws it. */
export function pairsOf({ seen, drawings, captions, emoji, vendors }: Atlas): Pairs {
  return {
    images: drawings,
    imageOf: seen,
    texts: Array.from(seen, one => captions[one]),
    textOf: seen.map((_, row) => row),
    choices: Array.from(seen, one => vendors.slice(0, -1).map((_, vendor) => vendor * emoji.length + one)),
  }
}
