import { resolve } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { modelFiles } from '@chiaro/data/node'
import type { Backbone } from '@chiaro/tasks'
import { digest } from '@chiaro/train'
import type * as tf from '@tensorflow/tfjs-core'

/**
 * Loads a tf.GraphModel from its model.json and the weights beside it.
 *
 * @throws ChiaroError ('data') that names the file: what `modelFiles` throws, and what is no graph model
 */
export async function openBackbone(path: string): Promise<Backbone> {
  const file = resolve(path)
  const artifacts = (await modelFiles(file).load?.()) as tf.io.ModelArtifacts
  const { modelTopology, weightData } = artifacts
  try {
    // A command without a backbone never loads it.
    const { loadGraphModel } = await import('@tensorflow/tfjs-converter')
    const model = await loadGraphModel({ load: async () => artifacts })
    const bytes = new Uint8Array(weightData as ArrayBuffer)
    return { model, file, digest: digest([JSON.stringify(modelTopology), bytes]) }
  } catch (cause) {
    const problem = `must be a graph model, got: ${(cause as Error).message}`
    throw new ChiaroError('data', `${file}: ${problem}`, '--backbone', { cause })
  }
}
