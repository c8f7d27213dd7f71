import type { ClipSettings } from '@chiaro/tasks'
import type { Fields } from '../shell/form.ts'

/** What the task is told as the form has it. */
type Told = Required<Pick<ClipSettings, 'batchSize' | 'logitScale' | 'steps' | 'learningRate'>>

export interface Settings extends Told {
  readonly seed: number
  /** Whether the logit scale is. */
  readonly learned: boolean
}

/** A low, fixed scale is what generalises to emoji never seen: learned, it rises until the pairs are known by heart. */
export const fields: Fields<Settings> = {
  defaults: { seed: 1, batchSize: 128, logitScale: 10, learned: false, steps: 400, learningRate: 0.003 },
  choices: {},
  numbers: {
    seed: { label: 'Seed', least: 0, most: 4_294_967_295, whole: true },
    batchSize: { label: 'Batch', least: 8, most: 512, whole: true },
    logitScale: { label: 'Logit scale', least: 1, most: 100, whole: false },
    steps: { label: 'Steps', least: 10, most: 100_000, whole: true },
    learningRate: { label: 'Learning rate', least: 0.00001, most: 0.1, whole: false },
  },
  live: ['steps', 'learningRate'],
}
