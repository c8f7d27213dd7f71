import { dirname } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { dataError, reasonOf } from '../data-error.ts'
import { insideFolder } from './inside-folder.ts'
import { readBytes } from './read-file.ts'

export interface ModelFilesOptions {
  /** Weights of more bytes are refused. Default 2 GiB. */
  readonly maxBytes?: number
}

interface Manifest {
  readonly modelTopology?: object
  readonly weightsManifest?: readonly {
    readonly paths: readonly string[]
    readonly weights: tf.io.WeightsManifestEntry[]
  }[]
  readonly [other: string]: unknown
}

/**
 * A tfjs model on disk, a `model.json` and the weight files beside it, for `tf.loadGraphModel` and `tf.loadLayersModel`,
 * which in plain Node read no files: `tf.loadGraphModel(modelFiles('mobilenet/model.json'))`.
 *
 * @param file path of the model.json; its weights must lie in the same folder or below
 * @throws (when loaded) ChiaroError 'data' naming the file: where one is missing, no such JSON, outside of the folder, too
 *   large, or not as long as its weights
 *
 * @example
 * ```ts
 * import { modelFiles } from '@chiaro/data/node'
 *
 * const handler = modelFiles('mobilenet/model.json') // for tf.loadGraphModel or tf.loadLayersModel
 * await handler.load?.().catch(error => console.log(error.message)) // it names the file that is missing
 * ```
 */
export function modelFiles(file: string, options: ModelFilesOptions = {}): tf.io.IOHandler {
  return { load: () => loaded(file, options) }
}

async function loaded(
  file: string,
  { maxBytes = 2 ** 31 }: ModelFilesOptions,
): Promise<tf.io.ModelArtifacts> {
  const where = 'modelFiles'
  const { modelTopology, weightsManifest = [], ...others } = await manifestOf(where, file)
  if (modelTopology === undefined) throw dataError(where, { file }, 'modelTopology must be there, got none')
  const buffers: Buffer[] = []
  let total = 0
  for (const name of weightsManifest.flatMap(({ paths }) => paths)) {
    const path = insideFolder(dirname(file), name)
    if (path === undefined) throw dataError(where, { file }, `weights must lie in its folder, got ${name}`)
    const buffer = await readBytes(where, path, { file: path }, maxBytes - total)
    total += buffer.length
    buffers.push(buffer)
  }
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights)
  const expected = weightSpecs.reduce((sum, spec) => sum + bytesOf(spec), 0)
  if (total !== expected)
    throw dataError(where, { file }, `weights must have ${expected} bytes, got ${total}`)
  const weightData = new Uint8Array(Buffer.concat(buffers)).buffer
  return { ...others, modelTopology, weightSpecs, weightData }
}

async function manifestOf(where: string, file: string): Promise<Manifest> {
  const bytes = await readBytes(where, file)
  try {
    const manifest: unknown = JSON.parse(bytes.toString('utf8'))
    if (typeof manifest === 'object' && manifest !== null) return manifest as Manifest
  } catch (error) {
    throw dataError(where, { file }, `it must be JSON, got ${reasonOf(error)}`)
  }
  throw dataError(where, { file }, 'it must be a JSON object, got something else')
}

/** Bytes of a weight on disk, where it may be stored in fewer bits. */
function bytesOf({ shape, dtype, quantization }: tf.io.WeightsManifestEntry): number {
  const stored = quantization?.dtype ?? dtype
  const sizes: Readonly<Record<string, number>> = { uint8: 1, bool: 1, uint16: 2, float16: 2, complex64: 8 }
  return tf.util.sizeFromShape(shape) * (sizes[stored] ?? 4)
}
