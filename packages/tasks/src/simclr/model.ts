import { type RandomKey, rangeError } from '@chiaro/core'
import { createEncoder } from '@chiaro/encoders'
import { createRepresentation, type RepresentationModel } from '../representation/model.ts'
import type { SimclrConfig } from './config.ts'

export type SimclrModel = RepresentationModel<SimclrConfig>

/** A fresh model drawn from `key`. */
export function createSimclr(config: SimclrConfig, key: RandomKey): SimclrModel {
  const { encoder: spec } = config
  if (!('inputShape' in spec))
    throw rangeError('simclr', 'encoder.kind', 'one that looks at pictures', spec.kind)
  return createRepresentation(config, ofKey => createEncoder(spec, ofKey), spec.inputShape, key)
}
