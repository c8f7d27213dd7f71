import { checkOneOf, type Encoder, newVariables, type RandomKey } from '@chiaro/core'
import { type ClipImageEncoderOptions, clipImageEncoder } from './clip/clip-image-encoder.ts'
import { type ClipTextEncoderOptions, clipTextEncoder } from './clip/clip-text-encoder.ts'
import { type ConvEncoderOptions, convEncoder } from './conv-encoder.ts'
import { type MlpEncoderOptions, mlpEncoder } from './mlp-encoder.ts'
import { drawn } from './new-parameter.ts'
import { type PooledTextEncoderOptions, pooledTextEncoder } from './pooled-text-encoder.ts'
import { type TransformerTextEncoderOptions, transformerTextEncoder } from './transformer-text-encoder.ts'
import { type VitEncoderOptions, vitEncoder } from './vit-encoder.ts'

/** An encoder as plain JSON: its kind, and its factory's options. What a run folder keeps. */
export type EncoderSpec =
  | ({ readonly kind: 'conv' } & ConvEncoderOptions)
  | ({ readonly kind: 'mlp' } & MlpEncoderOptions)
  | ({ readonly kind: 'pooledText' } & PooledTextEncoderOptions)
  | ({ readonly kind: 'vit' } & VitEncoderOptions)
  | ({ readonly kind: 'clipImage' } & ClipImageEncoderOptions)
  | ({ readonly kind: 'clipText' } & ClipTextEncoderOptions)
  | ({ readonly kind: 'transformerText' } & TransformerTextEncoderOptions)

/**
 * Makes the encoder a spec describes, with fresh values drawn from `key`.
 *
 * @throws RangeError for an unknown kind, and what the factory throws
 *
 * @example
 * ```ts
 * import { createEncoder, type EncoderSpec } from '@chiaro/encoders'
 * import { key } from '@chiaro/random'
 *
 * const spec: EncoderSpec = { kind: 'mlp', inputDimension: 8, widths: [32, 16] }
 * const again: EncoderSpec = JSON.parse(JSON.stringify(spec)) // as a run folder keeps it
 * console.log(Object.keys(createEncoder(again, key(1)).parameters))
 * ```
 */
export function createEncoder(spec: EncoderSpec, key: RandomKey): Encoder {
  checkOneOf('createEncoder', { 'spec.kind': spec.kind }, [
    'conv',
    'mlp',
    'pooledText',
    'vit',
    'transformerText',
    'clipImage',
    'clipText',
  ])
  switch (spec.kind) {
    case 'conv':
      return convEncoder(spec, key)
    case 'mlp':
      return mlpEncoder(spec, key)
    case 'pooledText':
      return pooledTextEncoder(spec, key)
    case 'vit':
      return vitEncoder(spec, key)
    case 'transformerText':
      return transformerTextEncoder(spec, key)
    case 'clipImage': {
      const variables = newVariables()
      return clipImageEncoder(spec, variables, drawn(variables), key)
    }
    case 'clipText': {
      const variables = newVariables()
      return clipTextEncoder(spec, variables, drawn(variables), key)
    }
  }
}
