export { type ConvEncoderOptions, type ConvLayer, convEncoder } from './conv-encoder.ts'
export { createEncoder, type EncoderSpec } from './create-encoder.ts'
export { fromFunction, fromLayersModel, type LayersModelLike } from './from-layers-model.ts'
export { type PooledTextEncoderOptions, pooledTextEncoder } from './pooled-text-encoder.ts'
export {
  type ProjectionHead,
  type ProjectionHeadOptions,
  projectionHead,
  withHead,
} from './projection-head.ts'
export { type TransformerTextEncoderOptions, transformerTextEncoder } from './transformer-text-encoder.ts'
export { type VitEncoderOptions, vitEncoder } from './vit-encoder.ts'
