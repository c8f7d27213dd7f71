import * as z from 'zod/mini'
import { choice, flag, integer, integers, number } from '../settings/setting.ts'

/** Every hyperparameter of a density of points in the plane. */
export const planeSettings = z.object({
  standardise: flag('measure both columns in standard deviations from their means'),
  energy: choice('what gives the density', ['network', 'gaussian', 'mixture'], { default: 'network' }),
  widths: integers('hidden layers of the network', { default: [64, 64, 64] }),
  objective: choice('the loss', ['binary', 'ranking', 'conditional', 'divergence', 'denoising', 'sliced'], {
    default: 'binary',
  }),
  noise: choice(
    'what data are told from, fitted to them',
    ['gaussian', 'diagonal', 'student-t', 'mixture', 'kernel-density', 'uniform'],
    { default: 'gaussian' },
  ),
  noiseWidth: number('how wide the noise is, in widths of its fit', { least: 0.01, most: 100, default: 1.3 }),
  noiseRatio: integer('ν, noise rows per data row', { least: 1, default: 4 }),
  steps: integer('training steps', { least: 1, default: 4000 }),
  batchSize: integer('data rows a step, drawn with replacement', { least: 1, default: 256 }),
  learningRate: number('peak of warm-up and cosine (default: network 0.003, others 0.02)', {
    least: 0,
    most: 10,
  }),
  checkpointEvery: integer('steps between checkpoints', { least: 1, default: 500 }),
})

export type PlaneSettings = z.infer<typeof planeSettings>
