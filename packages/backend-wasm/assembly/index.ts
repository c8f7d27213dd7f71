// The kernel module: one family of kernels a file, listed here name by name. No allocation, no strings, no
// arrays, no library `Math` with tables: the module must have no data of its own (scripts/check-kernel-module.mjs).

export { activate, activateGradient } from './activations'
export { adamw } from './adamw'
export { affineWarp } from './affine-warp'
export { binaryNce, binaryNceGradient } from './binary-nce'
export { changeColors } from './change-colors'
export { channelMoments, channelNorm, channelNormGradient, channelNormGradientSums } from './channel-norm'
export { filterGradient, inputGradient } from './convolution-gradients'
export { clipFloats, selectBytes, selectWords } from './elementwise'
export { embeddingBag, embeddingBagGradient } from './embedding-bag'
export { gather } from './gather'
export { conv2d, conv2dBackpropFilter, conv2dBackpropInput, conv2dScratch } from './gemm/conv2d'
export { matMul, matMulMany, matMulScratch } from './gemm/mat-mul'
export { lars, sumOfSquares } from './lars'
export { layerNorm, layerNormGradient, layerNormParameterGradients } from './layer-norm'
export { maxPool, scatterAtMaxima } from './max-pool'
export { fillFloats } from './memory'
export { pairwiseAdd, pairwiseBackward, pairwiseBackwardScratch } from './pairwise/backward'
export {
  pairwiseForward,
  pairwiseForwardScratch,
  pairwiseRows,
  pairwiseRunningBytes,
} from './pairwise/forward'
export { pairwiseKeptBytes } from './pairwise/kept'
export { pairwiseParts, pairwiseTiles } from './pairwise/tiles'
export { philoxNormal, philoxUniform } from './philox'
export { rowNormalize, rowNormalizeGradient } from './row-normalize'
export { segmentSum } from './segment-sum'
export { separable, separableScratch } from './separable'
export { rowLogSumExp, rowLogSumExpGradient, softmaxGradient } from './softmax'
export { sumMiddle } from './sums'
export { transpose } from './transpose'
export { windowScratch } from './windows'
