import * as z from 'zod/mini'
import { choice, flag, integer, integers, number } from '../settings/setting.ts'

/** Every hyperparameter of a density. */
export const densitySettings = z.object({
  impute: flag('give missing cells their column’s median or mode (default: an error)'),
  noise: choice(
    'what data are told from, fitted to them',
    ['gaussian', 'diagonal', 'student-t', 'mixture', 'uniform'],
    { default: 'mixture' },
  ),
  noiseScale: number('how much wider than the data the noise is', { least: 1, most: 100, default: 1.2 }),
  noiseRatio: integer('ν, noise rows per data row', { least: 1, default: 4 }),
  widths: integers('hidden layers of the network', { default: [128, 128] }),
  steps: integer('training steps', { least: 1, default: 2000 }),
  batchSize: integer('data rows a step', { least: 1, default: 256 }),
  learningRate: number('peak of warm-up and cosine', { least: 0, most: 10, default: 2e-3 }),
  warmupSteps: integer('steps of the linear rise', { default: 50 }),
  weightDecay: number('decoupled, times the learning rate', { least: 0, most: 100, default: 1e-2 }),
  jitter: number('noise added to training rows, in deviations of the column', {
    least: 0,
    most: 10,
    default: 0,
  }),
  validationShare: number('rows that choose the best checkpoint', { least: 0, most: 0.4, default: 0.1 }),
  heldOutShare: number('rows that only the report sees', { least: 0, most: 0.4, default: 0.1 }),
  validateEvery: integer('steps between validations', { least: 1, default: 100 }),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 100 }),
})

export type DensitySettings = z.infer<typeof densitySettings>
