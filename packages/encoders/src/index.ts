export type { ClipImageEncoderOptions, ClipImageSizes } from './clip/clip-image-encoder.ts'
export type { ClipLayout } from './clip/clip-layout.ts'
export type { ClipActivation } from './clip/clip-settings.ts'
export type { ClipTextEncoderOptions, ClipTextSizes } from './clip/clip-text-encoder.ts'
export {
  type ClipSpecs,
  type ClipTowers,
  type ClipTowersOptions,
  clipSpecs,
  clipTowers,
} from './clip/clip-towers.ts'
export type { ClipWeights, HostWeight } from './clip/clip-weights.ts'
export { storedClipWeights } from './clip/stored-clip-weights.ts'
export { type ConvEncoderOptions, type ConvLayer, convEncoder, lastMapSize } from './conv-encoder.ts'
export { createEncoder, type EncoderSpec } from './create-encoder.ts'
export { type FromGraphModelOptions, fromGraphModel, type GraphModelLike } from './from-graph-model.ts'
export { fromFunction, fromLayersModel, type LayersModelLike } from './from-layers-model.ts'
export { type MlpEncoderOptions, mlpEncoder } from './mlp-encoder.ts'
export { type PooledTextEncoderOptions, pooledTextEncoder } from './pooled-text-encoder.ts'
export {
  type ProjectionHead,
  type ProjectionHeadOptions,
  projectionHead,
  withHead,
} from './projection-head.ts'
export { quickGelu } from './quick-gelu.ts'
export { type TransformerTextEncoderOptions, transformerTextEncoder } from './transformer-text-encoder.ts'
export { type VitEncoderOptions, vitEncoder } from './vit-encoder.ts'
