/** What a run is made with; another of these means another run. */
export interface RunSettings {
  readonly seed: number
  /** N, pairs a step. */
  readonly batchSize: number
  /** exp of what is learned: cosines are multiplied by it. */
  readonly logitScale: number
  readonly learned: boolean
}

/** What may change while a run goes on. */
export interface LiveSettings {
  readonly steps: number
  readonly learningRate: number
}

export type Settings = RunSettings & LiveSettings

/** A low, fixed scale is what generalises to emoji never seen: learned, it rises until the pairs are known by heart. */
export const defaults: Settings = {
  seed: 1,
  batchSize: 128,
  logitScale: 10,
  learned: false,
  steps: 400,
  learningRate: 0.003,
}

/** The bounds of the numbers, as the form shows them. */
export const bounds = {
  seed: { minimum: 0, maximum: 4_294_967_295, whole: true, label: 'Seed' },
  batchSize: { minimum: 8, maximum: 512, whole: true, label: 'Batch' },
  logitScale: { minimum: 1, maximum: 100, whole: false, label: 'Logit scale' },
  steps: { minimum: 10, maximum: 100_000, whole: true, label: 'Steps' },
  learningRate: { minimum: 0.00001, maximum: 0.1, whole: false, label: 'Learning rate' },
} as const

export type NumberName = keyof typeof bounds

/** What is wrong with a number, in words; undefined when nothing is. */
export function complaint(name: NumberName, value: number): string | undefined {
  const { minimum, maximum, whole } = bounds[name]
  if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) return undefined
  return `Please give ${whole ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}.`
}
