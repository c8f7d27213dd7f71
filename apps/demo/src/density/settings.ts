import { type PlaneSettings, planeLearningRates } from '@chiaro/tasks'
import type { Fields } from '../shell/form.ts'

/** The data sets that the page draws itself. */
const dataSetNames = {
  gaussian: 'Gaussian',
  moons: 'Two moons',
  spirals: 'Spirals',
  rings: 'Rings',
  checkerboard: 'Checkerboard',
  gaussians: 'Eight Gaussians',
} as const

/** Where the rows come from: a set by name, points drawn by hand, or a file. */
const sourceNames = { ...dataSetNames, drawn: 'Draw my own', file: 'My CSV file' } as const

const energyNames: Readonly<Record<PlaneSettings['energy'], string>> = {
  network: 'Network (tilts a Gaussian)',
  gaussian: 'Gaussian',
  mixture: 'Mixture of 8 Gaussians',
}

export const noiseNames: Readonly<Record<PlaneSettings['noise'], string>> = {
  gaussian: 'Gaussian, fitted',
  diagonal: 'Gaussian, diagonal',
  'student-t': 'Student t, fitted',
  mixture: 'Mixture of 8 Gaussians',
  'kernel-density': 'Kernel density',
  uniform: 'Uniform box',
}

const objectiveNames: Readonly<Record<PlaneSettings['objective'], string>> = {
  binary: 'Binary NCE',
  ranking: 'Ranking NCE',
  conditional: 'Conditional NCE',
  divergence: 'Contrastive divergence',
  denoising: 'Denoising score matching',
  sliced: 'Sliced score matching',
}

export type DataSetName = keyof typeof dataSetNames
export type SourceName = keyof typeof sourceNames

/** What the task is told as the form has it. */
type Told = Required<
  Pick<
    PlaneSettings,
    'energy' | 'objective' | 'noise' | 'noiseWidth' | 'noiseRatio' | 'steps' | 'learningRate'
  >
>

export interface Settings extends Told {
  readonly source: SourceName
  readonly seed: number
}

export const fields: Fields<Settings> = {
  defaults: {
    source: 'moons',
    energy: 'network',
    objective: 'binary',
    seed: 1,
    noise: 'gaussian',
    noiseWidth: 1.3,
    noiseRatio: 4,
    steps: 4000,
    learningRate: planeLearningRates.network,
  },
  choices: { source: sourceNames, energy: energyNames, objective: objectiveNames, noise: noiseNames },
  numbers: {
    seed: { label: 'Seed', least: 0, most: 4_294_967_295, whole: true },
    noiseWidth: { label: 'Width', least: 0.2, most: 3, whole: false },
    noiseRatio: { label: 'ν', least: 1, most: 32, whole: true },
    steps: { label: 'Steps', least: 10, most: 100_000, whole: true },
    learningRate: { label: 'Learning rate', least: 0.00001, most: 0.3, whole: false },
  },
  live: ['noise', 'noiseWidth', 'noiseRatio', 'steps', 'learningRate'],
}
