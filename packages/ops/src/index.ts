// First of all: whoever imports anything from here can differentiate.
import './gradients/register-gradients.ts'

export {
  AdamW,
  type AdamWAttributes,
  type AdamWResult,
  type AdamWState,
  adamWStep,
} from './adamw.ts'
export { AffineWarp, type AffineWarpAttributes, type AffineWarpInputs, affineWarp } from './affine-warp.ts'
export {
  type BatchNormOptions,
  type BatchNormResult,
  batchNormInference,
  batchNormTraining,
} from './batch-norm.ts'
export {
  BinaryNce,
  type BinaryNceAttributes,
  BinaryNceGrad,
  type BinaryNceGradInputs,
  type BinaryNceInputs,
  binaryNce,
} from './binary-nce.ts'
export {
  ChangeColors,
  type ChangeColorsInputs,
  ColorChange,
  changeColors,
} from './change-colors/change-colors.ts'
export { luma, pixelColors } from './change-colors/pixel-colors.ts'
export {
  ChannelMoments,
  type ChannelMomentsInputs,
  ChannelNorm,
  type ChannelNormAttributes,
  ChannelNormGrad,
  type ChannelNormGradInputs,
  type ChannelNormInputs,
} from './channel-norm.ts'
export { customGradient, type ValueAndGradient } from './custom-gradient.ts'
export {
  EmbeddingBag,
  EmbeddingBagGrad,
  type EmbeddingBagGradInputs,
  type EmbeddingBagInputs,
  embeddingBag,
} from './embedding-bag.ts'
export { reductionIdentity, repairEmptyReductions } from './empty-reductions.ts'
export { gradientDepth, withTapeFreed, withTapeOfItsOwn } from './engine-state.ts'
export {
  type FastKernel,
  type FastKernelCall,
  registerFastKernel,
  runFastKernel,
} from './fast-kernel.ts'
export {
  type DenseActivation,
  FusedDense,
  type FusedDenseAttributes,
  FusedDenseGrad,
  type FusedDenseGradInputs,
  type FusedDenseInputs,
  type FusedDenseOptions,
  fusedDense,
} from './fused-dense.ts'
export { Gelu, GeluGrad, gelu } from './gelu.ts'
export { SoftmaxGrad } from './gradients/activations.ts'
export type { Correction } from './gradients/corrections.ts'
export { type GradientStatus, gradientReport } from './gradients/gradient-report.ts'
export {
  l2Normalize,
  RowNormalize,
  RowNormalizeGrad,
  type RowNormalizeGradInputs,
  type RowNormalizeInputs,
} from './l2-normalize.ts'
export { Lars, type LarsAttributes, type LarsResult, type LarsState, larsStep } from './lars.ts'
export {
  LayerNorm,
  type LayerNormAttributes,
  LayerNormGrad,
  type LayerNormGradInputs,
  type LayerNormInputs,
  type LayerNormOptions,
  layerNorm,
} from './layer-norm.ts'
export { logSigmoid } from './log-sigmoid.ts'
export { logSumExp, RowLogSumExp, RowLogSumExpGrad } from './log-sum-exp.ts'
export { log1p } from './log1p.ts'
export {
  PairwiseLogSumExp,
  type PairwiseLogSumExpAttributes,
  PairwiseLogSumExpGrad,
  type PairwiseLogSumExpGradInputs,
  type PairwiseLogSumExpInputs,
} from './pairwise-log-sum-exp/contract.ts'
export type { RowsAndColumns } from './pairwise-log-sum-exp/log-sum-exp-of-pairs.ts'
export {
  type PairedLogSumExpOptions,
  pairedLogSumExp,
} from './pairwise-log-sum-exp/paired-log-sum-exp.ts'
export type { Indices, PairGroups, PairMask } from './pairwise-log-sum-exp/pairs.ts'
export {
  type PairwiseLogSumExpOptions,
  pairwiseLogSumExp,
} from './pairwise-log-sum-exp/pairwise-log-sum-exp.ts'
export {
  PhiloxNormal,
  type PhiloxNormalAttributes,
  PhiloxUniform,
  type PhiloxUniformAttributes,
  philoxNormal,
  philoxUniform,
} from './philox.ts'
export { isRecording, whileRecording } from './recording-state.ts'
export { replaceKernel } from './replace-kernel.ts'
export { SeparableMaps, type SeparableMapsInputs, separableMaps } from './separable-maps.ts'
export { Silu, SiluGrad, silu } from './silu.ts'
export { StableSoftplus, StableSoftplusGrad, softplus } from './softplus.ts'
export { SquaredNorm, squaredNorm } from './squared-norm.ts'
export { stopGradient } from './stop-gradient.ts'
