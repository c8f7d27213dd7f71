/** The data sets that the page draws itself. */
export const dataSetNames = {
  gaussian: 'Gaussian',
  moons: 'Two moons',
  spirals: 'Spirals',
  rings: 'Rings',
  checkerboard: 'Checkerboard',
  gaussians: 'Eight Gaussians',
} as const

/** Where the rows come from: a set by name, points drawn by hand, or a file. */
export const sourceNames = { ...dataSetNames, drawn: 'Draw my own', file: 'My CSV file' } as const

export const energyNames = {
  network: 'Network (tilts a Gaussian)',
  gaussian: 'Gaussian',
  mixture: 'Mixture of 8 Gaussians',
} as const

export const noiseNames = {
  gaussian: 'Gaussian, fitted',
  diagonal: 'Gaussian, diagonal',
  studentT: 'Student t, fitted',
  mixture: 'Mixture of 8 Gaussians',
  kernelDensity: 'Kernel density',
  uniform: 'Uniform box',
} as const

export const objectiveNames = {
  binary: 'Binary NCE',
  ranking: 'Ranking NCE',
  conditional: 'Conditional NCE',
  divergence: 'Contrastive divergence',
  denoising: 'Denoising score matching',
  sliced: 'Sliced score matching',
} as const

/** What a fresh run of each energy learns well with. */
export const learningRates = { network: 0.003, gaussian: 0.02, mixture: 0.02 } as const

export type DataSetName = keyof typeof dataSetNames
export type SourceName = keyof typeof sourceNames
export type EnergyName = keyof typeof energyNames
export type NoiseName = keyof typeof noiseNames
export type ObjectiveName = keyof typeof objectiveNames

/** What a run is made with; another of these means another run. */
export interface RunSettings {
  readonly source: SourceName
  readonly energy: EnergyName
  readonly objective: ObjectiveName
  readonly seed: number
}

/** What may change while a run goes on. */
export interface LiveSettings {
  readonly noise: NoiseName
  /** Widths of the noise in widths of the fit. */
  readonly noiseWidth: number
  /** ν, noise rows per data row. */
  readonly noiseRatio: number
  readonly steps: number
  readonly learningRate: number
}

export type Settings = RunSettings & LiveSettings

export const defaults: Settings = {
  source: 'moons',
  energy: 'network',
  objective: 'binary',
  seed: 1,
  noise: 'gaussian',
  noiseWidth: 1.3,
  noiseRatio: 4,
  steps: 4000,
  learningRate: learningRates.network,
}

/** The bounds of the numbers, as the form shows them. */
export const bounds = {
  seed: { minimum: 0, maximum: 4_294_967_295, whole: true },
  noiseWidth: { minimum: 0.2, maximum: 3, whole: false },
  noiseRatio: { minimum: 1, maximum: 32, whole: true },
  steps: { minimum: 10, maximum: 100_000, whole: true },
  learningRate: { minimum: 0.00001, maximum: 0.3, whole: false },
} as const

export type NumberName = keyof typeof bounds

/** What is wrong with a number, in words; undefined when nothing is. */
export function complaint(name: NumberName, value: number): string | undefined {
  const { minimum, maximum, whole } = bounds[name]
  if (value >= minimum && value <= maximum && (!whole || Number.isInteger(value))) return undefined
  return `Please give ${whole ? 'a whole number' : 'a number'} from ${minimum} to ${maximum}.`
}
