import * as z from 'zod/mini'
import { objectiveNamed, objectiveNames } from '../representation/objectives.ts'
import { oneLength, representationSettings } from '../representation/settings.ts'
import { choice, integer, integers, number } from '../settings/setting.ts'

/** Epochs where neither these nor steps are asked for. */
export const defaultEpochs = 20

const fields = {
  ...representationSettings({
    ...{ one: 'picture', many: 'pictures', epochs: defaultEpochs, batchSize: 256, headOutput: 64 },
    temperature: 0.2,
  }),
  encoder: choice('the net', ['conv', 'residual'], { default: 'conv' }),
  widths: integers('its channels, stage by stage', { default: [32, 64, 128] }),
  strides: integers('of its stages (default: 2, of the last 1)', { least: 1 }),
  grid: integer('windows a side that the last feature map is averaged over', { least: 1, default: 2 }),
  imageMean: number('subtracted from pixels (0…1)', { least: 0, most: 1, default: 0.5 }),
  imageDeviation: number('pixels are divided by this', { least: 1e-3, most: 10, default: 0.25 }),
  augmentation: choice(
    'how views are drawn; grey is for pictures of one channel',
    ['simclr', 'moco-v2', 'grey', 'rand-augment', 'crop'],
    { default: 'simclr' },
  ),
  leastCrop: number(
    'the least share of a picture that a crop has (default: the augmentation’s, moco-v2 0.2, others 0.08)',
    { least: 0.01, most: 1 },
  ),
  strength: number('of the colour jitter; 1 is the paper’s for photographs', {
    ...{ least: 0, most: 2.5, default: 0.5 },
    of: { augmentation: ['simclr', 'grey'] },
  }),
  gamma: number('log of the power of middle tones, up or down (default: 0)', {
    ...{ least: 0, most: 5 },
    of: { augmentation: ['grey'] },
  }),
  blur: number('probability of a blur; 0.5 is the paper’s for photographs', {
    ...{ least: 0, most: 1, default: 0 },
    of: { augmentation: ['simclr'] },
  }),
  greyscale: number('probability of greyscale', {
    ...{ least: 0, most: 1, default: 0.2 },
    of: { augmentation: ['simclr'] },
  }),
  operations: integer('N, how many operations a picture gets', {
    ...{ least: 0, most: 14, default: 2 },
    of: { augmentation: ['rand-augment'] },
  }),
  magnitude: number('M, how strong they are', {
    ...{ least: 0, most: 30, default: 9 },
    of: { augmentation: ['rand-augment'] },
  }),
  localViews: integer('smaller views beside those (multi-crop; default: none)', {
    ...{ least: 1, most: 16 },
    of: { objective: objectiveNames.filter(name => objectiveNamed(name).locals === true) },
  }),
  localSize: integer('pixels of a smaller view’s side (default: half of the pictures’)', { least: 4 }),
  localCrop: number(
    'the greatest share of a picture that a smaller view has; the least is 0.05 (default: 0.14)',
    {
      least: 0.05,
      most: 1,
    },
  ),
  mix: choice(
    'first views are mixed two by two, all over (i-mix) or by a rectangle (default: none)',
    ['i-mix', 'cut-mix'],
    {
      of: { objective: ['nt-xent'] },
    },
  ),
  mixAlpha: number('α of the shares in a mix, Beta(α, α) (default: 1)', { least: 0.05, most: 1000 }),
  learningRate: number(
    'peak of warm-up and cosine (default: adamw 0.001, lars 0.3 and sgd 0.03 for each 256 pictures)',
    { least: 0, most: 100 },
  ),
}

type Fields = z.infer<z.ZodMiniObject<typeof fields>>

/** Every hyperparameter of SimCLR and its family. */
export const simclrSettings = z.object(fields).check(
  oneLength,
  ...(['localSize', 'localCrop'] as const).map(name =>
    z.refine<Fields>(all => all[name] === undefined || all.localViews !== undefined, {
      path: [name],
      error: `${name} belongs to localViews, got none`,
    }),
  ),
  z.refine<Fields>(({ mix, mixAlpha }) => mixAlpha === undefined || mix !== undefined, {
    path: ['mixAlpha'],
    error: 'mixAlpha belongs to mix, got none',
  }),
  z.refine<Fields>(
    ({ mix, views = 2, localViews }) => mix === undefined || (views === 2 && localViews === undefined),
    {
      path: ['mix'],
      error: 'mix takes neither more than two views nor localViews beside it',
    },
  ),
)

export type SimclrSettings = z.infer<typeof simclrSettings>
