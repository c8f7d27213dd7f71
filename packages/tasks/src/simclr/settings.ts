import * as z from 'zod/mini'
import { objectiveNames } from '../representation/objectives.ts'
import { objectiveSetting, objectiveSettings } from '../representation/settings.ts'
import { choice, flag, integer, integers, number } from '../settings/setting.ts'

const fields = {
  epochs: integer('times every picture is seen (default: 20)', { least: 1 }),
  steps: integer('training steps, instead of epochs', { least: 1 }),
  batchSize: integer('pictures a step, in two views or more each', { least: 2, default: 256 }),
  encoder: choice('the net', ['conv', 'residual'], { default: 'conv' }),
  widths: integers('its channels, stage by stage', { default: [32, 64, 128] }),
  grid: integer('windows a side that the last feature map is averaged over', { least: 1, default: 2 }),
  imageMean: number('subtracted from pixels (0…1)', { least: 0, most: 1, default: 0.5 }),
  imageDeviation: number('pixels are divided by this', { least: 1e-3, most: 10, default: 0.25 }),
  headHidden: integer('units of the head’s hidden layers', { least: 1, default: 256 }),
  headOutput: integer('dimension that the loss sees', { least: 1, default: 64 }),
  headLayers: integer('linear layers of the head', { least: 1, default: 2 }),
  objective: objectiveSetting,
  ...objectiveSettings,
  views: integer('views of each picture', {
    ...{ least: 2, most: 16, default: 2 },
    of: { objective: objectiveNames.filter(name => name !== 'moco') },
  }),
  augmentation: choice(
    'how views are drawn; grey is for pictures of one channel',
    ['simclr', 'moco-v2', 'grey', 'crop'],
    { default: 'simclr' },
  ),
  leastCrop: number(
    'the least share of a picture that a crop has (default: the augmentation’s, simclr 0.08, moco-v2 0.2)',
    { least: 0.01, most: 1 },
  ),
  strength: number('of the colour jitter of simclr and grey; 1 is the paper’s for photographs', {
    least: 0,
    most: 2.5,
    default: 0.5,
  }),
  blur: number('probability of SimCLR’s blur; 0.5 is the paper’s for photographs', {
    least: 0,
    most: 1,
    default: 0,
  }),
  greyscale: number('probability of SimCLR’s greyscale', { least: 0, most: 1, default: 0.2 }),
  optimizer: choice('what updates the weights', ['adamw', 'lars', 'sgd'], { default: 'adamw' }),
  learningRate: number(
    'peak of warm-up and cosine (default: adamw 0.001, lars 0.3 and sgd 0.03 for each 256 pictures)',
    { least: 0, most: 100 },
  ),
  warmupSteps: integer('steps of the linear rise (default: a twentieth)'),
  weightDecay: number('times the learning rate', { least: 0, most: 100, default: 1e-4 }),
  watchEvery: integer(
    'steps between measurements of how projections lie: alignment, uniformity, effective rank; 0: none',
    { default: 50 },
  ),
  probe: flag(
    'with labels: at each measurement ask which class the nearest pictures have; the best checkpoint is by it',
  ),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
}

/** Every hyperparameter of SimCLR and its family. */
export const simclrSettings = z.object(fields).check(
  z.refine(({ epochs, steps }) => epochs === undefined || steps === undefined, {
    path: ['epochs'],
    error: 'epochs and steps both say how long, give one',
  }),
)

export type SimclrSettings = z.infer<typeof simclrSettings>
