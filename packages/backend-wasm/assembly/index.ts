// The kernel module: one family of kernels a file, listed here name by name. No allocation, no strings, no
// arrays, no library `Math` with tables: the module must have no data of its own (scripts/check-kernel-module.mjs).
export { adamw } from './adamw'
export { conv3dFilterGradient, conv3dInputGradient } from './conv3d'
export { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise'
export { clipFloats, selectBytes, selectWords } from './elementwise'
export { embeddingBag, embeddingBagGradient } from './embedding-bag'
export { conv2d, conv2dBackpropFilter, conv2dBackpropInput, conv2dScratch } from './gemm/conv2d'
export { matMul, matMulScratch } from './gemm/mat-mul'
export { maxPool, scatterAtMaxima } from './max-pool'
export { fillFloats } from './memory'
export { segmentSum } from './segment-sum'
