import * as z from 'zod/mini'
import { choice, flag, integer, integers, number, text } from '../settings/setting.ts'
import { textTowerSettings } from '../texts/settings.ts'
import { clipObjectiveNames } from './objectives.ts'

const ofVit = { of: { imageTower: ['vit'] } }
const ofOwn = { of: { imageTower: ['conv', 'vit', 'backbone'] } }

/** Every hyperparameter of CLIP. */
export const clipSettings = z.object({
  objective: choice(
    'the loss: both directions, one of them, or every pair alone (siglip)',
    clipObjectiveNames,
    { default: 'clip' },
  ),
  imageTower: choice(
    'what looks at pictures; clip: that of a checkpoint; backbone: a frozen model and one linear layer',
    ['conv', 'vit', 'clip', 'backbone'],
    { default: 'conv' },
  ),
  backboneOutput: text('the backbone’s node whose output is taken (default: its own)', {
    of: { imageTower: ['backbone'] },
  }),
  widths: integers('channels of the convolutions, each of stride 2', {
    default: [48, 96, 192],
    of: { imageTower: ['conv'] },
  }),
  residual: flag('residual stages instead of plain convolutions'),
  norm: choice('after each convolution', ['batch', 'group'], { default: 'batch' }),
  patchSize: integer('pixels of a patch’s side', { least: 1, default: 4, ...ofVit }),
  imageWidth: integer('numbers of a patch', { least: 1, default: 128, ...ofVit }),
  imageLayers: integer('transformer blocks over patches', { least: 1, default: 4, ...ofVit }),
  imageHeads: integer('heads of their attention', { least: 1, default: 4, ...ofVit }),
  imageMean: number('subtracted from pixels (0…1; default: 0.5, of a backbone 0)', {
    ...{ least: 0, most: 1 },
    ...ofOwn,
  }),
  imageDeviation: number('pixels are divided by this (default: 0.25, of a backbone 1)', {
    ...{ least: 1e-3, most: 10 },
    ...ofOwn,
  }),
  ...textTowerSettings,
  textTower: choice(
    'what reads captions: their words and trigrams, their words, both weighed and pooled, a transformer, or that of a checkpoint (clip)',
    ['ngrams', 'words', 'transformer', 'clip'],
    { default: 'ngrams' },
  ),
  textLength: integer(
    'the most tokens of a text that count (default: transformer 32, clip as it is, others 136)',
    {
      least: 1,
    },
  ),
  embedding: integer('dimension of the embeddings (default: a checkpoint’s own, others 256)', { least: 1 }),
  steps: integer('training steps', { least: 1, default: 400 }),
  batchSize: integer('pairs a step', { least: 2, default: 256 }),
  chunkSize: integer(
    'pairs whose activations are in memory at a time; each is embedded twice (default: all)',
    {
      least: 1,
    },
  ),
  freeze: choice(
    'a tower that learns nothing; with its image tower frozen this is LiT',
    ['none', 'image', 'text'],
    {
      default: 'none',
    },
  ),
  layerDecay: number('each layer’s rate, times that of the next one of its tower (default: all alike)', {
    least: 1e-3,
    most: 1,
  }),
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 10, default: 3e-3 }),
  textLearningRate: number('the text tower’s (default: the same)', { least: 0, most: 10 }),
  warmupSteps: integer('steps of the linear rise', { default: 40 }),
  weightDecay: number('decoupled, times the learning rate', { least: 0, most: 100, default: 0.1 }),
  textWeightDecay: number('the text tower’s (default: the same)', { least: 0, most: 100 }),
  beta2: number('AdamW’s memory of squared gradients', { least: 0, most: 0.999999, default: 0.98 }),
  averageDecay: number('of the weights’ moving average; 0 keeps none', {
    least: 0,
    most: 0.999999,
    default: 0.99,
  }),
  logitScale: number('multiplier of cosines, at first (default: siglip 10, others 1/0.07)', {
    least: 1,
    most: 100,
  }),
  fixedLogitScale: flag('keep the logit scale as it is'),
  logitBias: number('added to every logit, at first; it is learned', {
    least: -100,
    most: 100,
    default: -10,
    of: { objective: ['siglip'] },
  }),
  augment: choice('views of the pictures', ['light', 'none'], { default: 'light' }),
  validateEvery: integer('steps between validations', { least: 1, default: 100 }),
  patience: integer('stop after so many validations without a better recall (default: never)', { least: 1 }),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
})

export type ClipSettings = z.infer<typeof clipSettings>
