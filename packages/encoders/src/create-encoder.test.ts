import { disposeModel } from '@chiaro/core'
import { key } from '@chiaro/random'
import { describeBackends } from '@chiaro/test-kit'
import { expect, it } from 'vitest'
import { convEncoder } from './conv-encoder.ts'
import { createEncoder, type EncoderSpec } from './create-encoder.ts'
import { pooledTextEncoder } from './pooled-text-encoder.ts'
import { transformerTextEncoder } from './transformer-text-encoder.ts'
import { vitEncoder } from './vit-encoder.ts'

const conv = {
  inputShape: [4, 4, 1],
  stages: [[{ kernel: 3, width: 2, stride: 1 }]],
  embeddingDimension: 2,
} as const
const text = { vocabularySize: 5, embeddingDimension: 2 }
const sizes = { width: 4, depth: 1, heads: 2, embeddingDimension: 2 }
const vision = { ...sizes, inputShape: [4, 4, 1], patchSize: 2 } as const
const sentence = { ...sizes, vocabularySize: 5, contextLength: 3 }

describeBackends(
  'createEncoder',
  () => {
    it.each([
      ['conv', { kind: 'conv', ...conv }, () => convEncoder(conv, key(1))],
      ['vit', { kind: 'vit', ...vision }, () => vitEncoder(vision, key(1))],
      [
        'transformerText',
        { kind: 'transformerText', ...sentence },
        () => transformerTextEncoder(sentence, key(1)),
      ],
      ['pooledText', { kind: 'pooledText', ...text }, () => pooledTextEncoder(text, key(1))],
    ] as const)('makes what the factory makes, from JSON: %s', (_, spec, factory) => {
      const made = createEncoder(JSON.parse(JSON.stringify(spec)) as EncoderSpec, key(1))
      const direct = factory()
      expect(Object.keys(made.parameters)).toEqual(Object.keys(direct.parameters))
      for (const [name, variable] of Object.entries(direct.parameters)) {
        expect(made.parameters[name].dataSync()).toEqual(variable.dataSync())
      }
      for (const encoder of [made, direct]) disposeModel(encoder)
    })

    it('names a kind it does not know', () => {
      expect(() => createEncoder({ kind: 'audio' } as unknown as EncoderSpec, key(1))).toThrow(
        /spec\.kind must be .*, got 'audio'/,
      )
    })
  },
  { backends: ['cpu'] },
)
