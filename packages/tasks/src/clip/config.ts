import { conflictError } from '@chiaro/core'
import * as z from 'zod/mini'
import { kept } from '../settings/setting.ts'
import { storedEncoder, storedTokenizer } from '../settings/stored-specs.ts'
import type { DataKinds } from '../task.ts'
import { type TowerSettings, textTower } from '../texts/tower.ts'
import { backboneTower, storedBackbone } from './backbone.ts'
import { clipObjective } from './objectives.ts'
import { pretrainedParts } from './pretrained.ts'
import { type ClipSettings, clipSettings } from './settings.ts'
import { checkConvolutions, imageTower } from './towers.ts'

const of = clipSettings.shape

/** All that a CLIP run is told, as `run.json` keeps it. */
export const clipConfig = z.object({
  /** Height and width of the pictures, in pixels. */
  imageSize: z.int().check(z.minimum(1)),
  image: z.union([storedBackbone, storedEncoder]),
  text: storedEncoder,
  tokenizer: storedTokenizer,
  /** Tells the checkpoint that towers began with from others. Absent: none did. */
  pretrained: z.optional(z.string()),
  /** The most tokens of a text that count; of a bag the heaviest, of a sequence the first. */
  textLength: kept(of.textLength),
  /** Absent in runs of before there were several: CLIP's. */
  objective: z.optional(kept(of.objective)),
  logitScale: z.object({ initial: kept(of.logitScale), maximum: z.number(), learned: z.boolean() }),
  /** The learned bias at first, of an objective that has one. */
  logitBias: z.optional(kept(of.logitBias)),
  training: z.object({
    steps: kept(of.steps),
    batchSize: kept(of.batchSize),
    /** Absent: a batch is embedded whole. */
    chunkSize: z.optional(kept(of.chunkSize)),
    /** The tower that learns nothing. Absent: both learn. */
    freeze: z.optional(z.enum(['image', 'text'])),
    /** Absent: layers learn alike. */
    layerDecay: z.optional(kept(of.layerDecay)),
    /** Of the image tower, at its peak. */
    learningRate: kept(of.learningRate),
    textLearningRate: kept(of.textLearningRate),
    warmupSteps: kept(of.warmupSteps),
    weightDecay: kept(of.weightDecay),
    textWeightDecay: kept(of.textWeightDecay),
    beta2: kept(of.beta2),
    /** 0: no average is kept. */
    averageDecay: kept(of.averageDecay),
    augment: kept(of.augment),
    validateEvery: kept(of.validateEvery),
    /** Absent: all steps are trained. */
    patience: z.optional(kept(of.patience)),
    checkpointEvery: kept(of.checkpointEvery),
  }),
})

export type ClipConfig = z.infer<typeof clipConfig>

type ClipData = DataKinds['pairs']

/** The config of a run over square colour pictures and texts. */
export function configureClip(
  settings: ClipSettings,
  imageSize: number,
  texts: readonly string[],
  { pretrained, backbone }: Pick<ClipData, 'pretrained' | 'backbone'> = {},
): ClipConfig {
  const { objective, logitBias, learningRate, weightDecay } = settings
  const { textLearningRate = learningRate } = settings
  if (learningRate === 0 && textLearningRate > 0) {
    const message =
      'learningRate must be above 0 where textLearningRate is, got 0; freeze image keeps a tower as it is'
    throw conflictError('clip', 'learningRate', message)
  }
  const { initial, maximum } = clipObjective(objective).scale
  checkConvolutions(settings)
  const checkpoint = pretrainedParts(settings, imageSize, pretrained)
  const own = { ...settings, embedding: settings.embedding ?? checkpoint?.embedding ?? 256 }
  const frozen = backboneTower(settings, imageSize, own.embedding, backbone)
  // SigLIP's scale goes with its bias.
  const ownScale = objective === 'siglip' ? undefined : checkpoint?.logitScale
  return {
    imageSize,
    image: frozen ?? checkpoint?.image ?? imageTower(own, imageSize),
    // One called clip is the checkpoint's.
    ...(checkpoint?.text ?? textTower('clip', own as TowerSettings, texts)),
    ...(checkpoint && { pretrained: checkpoint.digest }),
    objective,
    logitScale: {
      initial: settings.logitScale ?? Math.min(maximum, Math.max(1, ownScale ?? initial)),
      maximum,
      learned: !settings.fixedLogitScale,
    },
    ...(logitBias !== undefined && { logitBias }),
    training: {
      steps: settings.steps,
      batchSize: settings.batchSize,
      ...(settings.chunkSize !== undefined && { chunkSize: settings.chunkSize }),
      ...(settings.freeze !== 'none' && { freeze: settings.freeze }),
      ...(settings.layerDecay !== undefined && { layerDecay: settings.layerDecay }),
      learningRate,
      textLearningRate,
      warmupSteps: settings.warmupSteps,
      weightDecay,
      textWeightDecay: settings.textWeightDecay ?? weightDecay,
      beta2: settings.beta2,
      averageDecay: settings.averageDecay,
      augment: settings.augment,
      validateEvery: settings.validateEvery,
      ...(settings.patience !== undefined && { patience: settings.patience }),
      checkpointEvery: settings.checkpointEvery,
    },
  }
}
