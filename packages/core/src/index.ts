export { ChiaroError, type ErrorCode } from '@chiaro/ops'
export type {
  Buffers,
  Critic,
  DensityModel,
  EmbedOptions,
  Encoder,
  EnergyModel,
  NoiseDistribution,
  Parameters,
  View,
} from './contracts.ts'
export type { RandomKey } from './key.ts'
