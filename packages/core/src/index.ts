export { checkIndices } from './check/check-indices.ts'
export { checkLength, type LengthOptions } from './check/check-length.ts'
export { type Bounds, checkInteger, checkNumber, type NumberArguments } from './check/check-number.ts'
export { checkOneOf } from './check/check-one-of.ts'
export { checkScalar } from './check/check-scalar.ts'
export { checkShape, type ShapeOptions, type Sizes } from './check/check-shape.ts'
export { described, type Shaped } from './check/described.ts'
export type {
  BatchPart,
  Buffers,
  Critic,
  DensityModel,
  EmbedOptions,
  Encoder,
  EnergyModel,
  NoiseDistribution,
  Parameters,
  RandomKey,
  SumOverRanks,
  View,
} from './contracts.ts'
export { ChiaroError, conflictError, type ErrorCode, rangeError, typeError } from './errors.ts'
export { countParameters, disposeModel, newVariables, type Variables } from './model/variables.ts'
export { cholesky, invertLower, type Matrix } from './numerics/cholesky.ts'
export { joined } from './numerics/joined.ts'
export { philoxNormals, philoxUniforms, philoxWords } from './philox/draws.ts'
export { fillPhilox, multiplyHigh, type PhiloxCounter, type PhiloxKey } from './philox/philox.ts'
export { yielding } from './yielding.ts'
