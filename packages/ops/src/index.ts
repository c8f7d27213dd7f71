export { ChiaroError, conflictError, type ErrorCode, rangeError, typeError } from './errors.ts'
export {
  type FastKernel,
  type FastKernelCall,
  hasFastKernel,
  registerFastKernel,
  runFastKernel,
} from './fast-kernel.ts'
export {
  PairwiseLogSumExp,
  type PairwiseLogSumExpAttributes,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpGradInputs,
  type PairwiseLogSumExpInputs,
} from './pairwise-log-sum-exp-contract.ts'
