import { conflictError } from '@chiaro/core'
import type { EncoderSpec } from '@chiaro/encoders'
import { checkHeads } from '../texts/tower.ts'
import type { ClipSettings } from './settings.ts'

/** Settings of a tower that was chosen: those that belong to it have their defaults. */
type Chosen = Required<ClipSettings>
type OfDimension = ClipSettings & { readonly embedding: number }

/** @throws ChiaroError ('argument-conflict') for what convolutions alone have, given with another tower */
export function checkConvolutions({ imageTower, residual, norm }: ClipSettings): void {
  if (imageTower === 'conv') return
  const other = residual ? 'residual' : norm === 'group' ? 'norm group' : undefined
  if (other === undefined) return
  const message = `${other} belongs to imageTower conv, got ${imageTower}`
  throw conflictError('clip', other.split(' ')[0], message)
}

/** The picture tower: a 5×5 convolution, then 3×3 ones, each of stride 2, or residual stages of two; or a ViT. */
export function imageTower(settings: OfDimension, imageSize: number): EncoderSpec {
  const { imageTower, residual, norm, chunkSize, freeze, embedding } = settings
  const { imageMean: mean = 0.5, imageDeviation: deviation = 0.25 } = settings
  const inputShape = [imageSize, imageSize, 3] as const
  const whole = { inputShape, mean, deviation, embeddingDimension: embedding }
  if (imageTower === 'vit') {
    const { patchSize, imageWidth, imageLayers, imageHeads } = settings as Chosen
    if (imageSize % patchSize !== 0) {
      const message = `patchSize must divide the pictures’ ${imageSize} pixels, got ${patchSize}`
      throw conflictError('clip', 'patchSize', message)
    }
    checkHeads('clip', 'imageHeads', imageHeads, 'imageWidth', imageWidth)
    return { kind: 'vit', patchSize, width: imageWidth, depth: imageLayers, heads: imageHeads, ...whole }
  }
  if (chunkSize !== undefined && norm === 'batch' && freeze !== 'image') {
    const message = 'chunkSize needs norm group or imageTower vit: a batch norm would see its chunk alone'
    throw conflictError('clip', 'chunkSize', message)
  }
  const stages = (settings as Chosen).widths.map((width, i) => {
    const first = { kernel: i === 0 ? 5 : 3, width, stride: 2 }
    return residual && i > 0 ? [first, { kernel: 3, width, stride: 1 }] : [first]
  })
  return {
    ...{ kind: 'conv', inputShape, stages, residual, norm, pooling: 'flatten' },
    ...{ mean, deviation, embeddingDimension: embedding },
  }
}
