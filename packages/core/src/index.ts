export type {
  Buffers,
  Critic,
  DensityModel,
  EmbedOptions,
  Encoder,
  EnergyModel,
  NoiseDistribution,
  Parameters,
  RandomKey,
  View,
} from './contracts.ts'
export { ChiaroError, conflictError, type ErrorCode, rangeError, typeError } from './errors.ts'
export { countParameters, disposeModel, newVariables, type Variables } from './model/variables.ts'
export { cholesky, invertLower, type Matrix } from './numerics/cholesky.ts'
export { philoxNormals, philoxUniforms, philoxWords } from './philox/draws.ts'
export { fillPhilox, multiplyHigh, type PhiloxCounter, type PhiloxKey } from './philox/philox.ts'
