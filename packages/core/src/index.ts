export {
  ChiaroError,
  conflictError,
  type ErrorCode,
  logSumExp,
  rangeError,
  stopGradient,
  typeError,
} from '@chiaro/ops'
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
export { type DenseOptions, dense } from './model/dense.ts'
export { countParameters, disposeModel, newVariables, type Variables } from './model/variables.ts'
export { cholesky, invertLower, type Matrix } from './numerics/cholesky.ts'
export { l2Normalize } from './numerics/l2-normalize.ts'
export { logSigmoid } from './numerics/log-sigmoid.ts'
export { log1p } from './numerics/log1p.ts'
export { softplus } from './numerics/softplus.ts'
export { bernoulli } from './random/bernoulli.ts'
export { bits } from './random/bits.ts'
export { type IntegersOptions, integers, integerValues } from './random/integers.ts'
export { foldIn, key, type RandomKey, split } from './random/key.ts'
export { type NormalOptions, normal, normalValues } from './random/normal.ts'
export { permutation } from './random/permutation.ts'
export { type UniformOptions, uniform, uniformValues } from './random/uniform.ts'
