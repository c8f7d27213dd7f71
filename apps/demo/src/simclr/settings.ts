import type { SimclrSettings } from '@chiaro/tasks'
import type { Fields } from '../shell/form.ts'

/** Where the pictures come from: drawn by the page, or a folder of the user's. */
const sourceNames = { shapes: 'Shapes (drawn here)', folder: 'My folder of pictures' } as const

/** What a view may change of a picture, besides mirroring it. */
export interface Changes {
  readonly crop: boolean
  readonly jitter: boolean
  readonly grey: boolean
  readonly blur: boolean
}

/** What the task is told as the form has it; of N pictures a step the loss compares 2N views. */
type Told = Required<Pick<SimclrSettings, 'batchSize' | 'steps' | 'temperature' | 'learningRate'>>

export interface Settings extends Told, Changes {
  readonly source: keyof typeof sourceNames
  readonly seed: number
}

export const fields: Fields<Settings> = {
  defaults: {
    source: 'shapes',
    seed: 1,
    batchSize: 64,
    steps: 600,
    temperature: 0.2,
    learningRate: 0.005,
    crop: true,
    jitter: true,
    grey: true,
    blur: true,
  },
  choices: { source: sourceNames },
  numbers: {
    seed: { label: 'Seed', least: 0, most: 4_294_967_295, whole: true },
    batchSize: { label: 'Batch', least: 8, most: 512, whole: true },
    steps: { label: 'Steps', least: 10, most: 100_000, whole: true },
    temperature: { label: 'Temperature', least: 0.02, most: 2, whole: false },
    learningRate: { label: 'Learning rate', least: 0.00001, most: 0.1, whole: false },
  },
  live: ['steps', 'temperature', 'learningRate', 'crop', 'jitter', 'grey', 'blur'],
}
