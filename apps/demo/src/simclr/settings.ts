/** Where the pictures come from: drawn by the page, or a folder of the user's. */
export const sourceNames = { shapes: 'Shapes (drawn here)', folder: 'My folder of pictures' } as const
export type SourceName = keyof typeof sourceNames

/** What a view may change of a picture, besides mirroring it. */
export const changeNames = { crop: 'Crop', jitter: 'Colour jitter', grey: 'Greyscale', blur: 'Blur' } as const
export type ChangeName = keyof typeof changeNames

/** What a run is made with; another of these means another run. */
export interface RunSettings {
  readonly source: SourceName
  readonly seed: number
  /** N, pictures a step; the loss compares 2N views. */
  readonly batchSize: number
}

/** What may change while a run goes on. */
export interface LiveSettings extends Readonly<Record<ChangeName, boolean>> {
  readonly steps: number
  /** τ */
  readonly temperature: number
  readonly learningRate: number
}

export type Settings = RunSettings & LiveSettings

export const defaults: Settings = {
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
}

/** The bounds of the numbers, as the form shows them. */
export const bounds = {
  seed: { minimum: 0, maximum: 4_294_967_295, whole: true },
  batchSize: { minimum: 8, maximum: 512, whole: true },
  steps: { minimum: 10, maximum: 100_000, whole: true },
  temperature: { minimum: 0.02, maximum: 2, whole: false },
  learningRate: { minimum: 0.00001, maximum: 0.1, whole: false },
} as const

export type NumberName = keyof typeof bounds

/** What is wrong with a number, in words; undefined when nothing is. */
export function complaint(name: NumberName, value: number): string | undefined {
  const { minimum, maximum, whole } = bounds[name]
  if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) return undefined
  return `Please give ${whole ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}.`
}
