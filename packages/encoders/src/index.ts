export { type ConvEncoderOptions, type ConvLayer, convEncoder } from './conv-encoder.ts'
export { createEncoder, type EncoderSpec } from './create-encoder.ts'
export { type PooledTextEncoderOptions, pooledTextEncoder } from './pooled-text-encoder.ts'
export { countParameters, disposeEncoder } from './variables.ts'
