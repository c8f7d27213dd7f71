import type { ObjectiveName } from './settings.ts'

/** What the objective's values are measured in. */
export const unitOf = (objective: ObjectiveName) =>
  objective === 'denoising' || objective === 'sliced' ? '1 / (unit of the data)²' : 'nats'
