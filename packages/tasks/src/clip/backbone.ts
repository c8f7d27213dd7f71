import { ChiaroError, conflictError, type Encoder, newVariables, type RandomKey } from '@chiaro/core'
import { fromGraphModel, type GraphModelLike } from '@chiaro/encoders'
import { dense } from '@chiaro/random'
import * as tf from '@tensorflow/tfjs-core'
import * as z from 'zod/mini'
import type { ClipSettings } from './settings.ts'

/** A frozen model of pictures that was loaded for a run: a tf.GraphModel, say. Its weights are not kept with the run. */
export interface Backbone {
  readonly model: GraphModelLike
  /** Tells it from others. */
  readonly digest: string
  /** Where it lies, for who opens the run again. */
  readonly file?: string
}

/** An image tower of a backbone and one linear layer, as plain JSON. */
export const storedBackbone = z.object({
  kind: z.literal('backbone'),
  digest: z.string(),
  file: z.optional(z.string()),
  /** The node whose output is taken. Default: the model's own. */
  output: z.optional(z.string()),
  /** Pixels of 0…1 enter as (x − mean)/deviation. */
  mean: z.number(),
  deviation: z.number(),
  featureDimension: z.int(),
  embeddingDimension: z.int(),
})

export type BackboneSpec = z.infer<typeof storedBackbone>

/**
 * What the image tower over a backbone is; the model is tried on an empty picture.
 *
 * @throws ChiaroError ('argument-conflict') where it is missing or not asked for, or does not take such pictures
 */
export function backboneTower(
  { imageTower, backboneOutput: output, imageMean: mean = 0, imageDeviation: deviation = 1 }: ClipSettings,
  imageSize: number,
  embeddingDimension: number,
  backbone: Backbone | undefined,
): BackboneSpec | undefined {
  if (imageTower !== 'backbone') {
    if (backbone === undefined) return undefined
    throw conflictError('clip', 'imageTower', `a backbone needs imageTower backbone, got ${imageTower}`)
  }
  if (backbone === undefined) {
    throw conflictError('clip', 'imageTower', 'imageTower backbone needs a model (backbone), got none')
  }
  const { model, digest, file } = backbone
  const featureDimension = tf.tidy(() => {
    try {
      return fromGraphModel(model, { output }).embed(tf.zeros([1, imageSize, imageSize, 3])).shape[1]
    } catch (error) {
      const expected = `the backbone must embed pictures of ${imageSize} × ${imageSize} × 3`
      throw conflictError('clip', 'imageTower', `${expected}, got: ${(error as Error).message}`)
    }
  })
  return {
    ...{ kind: 'backbone', digest, mean, deviation, featureDimension, embeddingDimension },
    ...(file !== undefined && { file }),
    ...(output !== undefined && { output }),
  }
}

/**
 * A backbone and a linear layer, "head/kernel" and "head/bias", which alone learns.
 *
 * @throws ChiaroError ('run') where the backbone is missing, or not the one of the spec
 */
export function backboneEncoder(spec: BackboneSpec, backbone: Backbone | undefined, key: RandomKey): Encoder {
  const { digest, file, output, mean, deviation, featureDimension, embeddingDimension } = spec
  if (backbone?.digest !== digest) {
    const one = `the backbone it was made with${file === undefined ? '' : `, ${file}`}`
    const got = backbone === undefined ? 'none' : 'another, or one that has changed'
    throw new ChiaroError('run', `clip: the run needs ${one}, got ${got}`, 'backbone')
  }
  const frozen = fromGraphModel(backbone.model, { output })
  const variables = newVariables()
  const head = dense(variables, 'head', [featureDimension, embeddingDimension], key)
  return {
    parameters: variables.parameters,
    buffers: variables.buffers,
    embed: x => tf.tidy(() => head(frozen.embed(tf.div(tf.sub(x, mean), deviation)))),
  }
}
