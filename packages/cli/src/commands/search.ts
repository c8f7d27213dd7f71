import { useBackend } from '@chiaro/backend'
import { ChiaroError } from '@chiaro/core'
import { type Embeddings, readEmbeddings } from '@chiaro/data/node'
import * as tf from '@tensorflow/tfjs-core'
import { loadClip } from '../clip/load.ts'
import { type ClipModel, disposeClip, embedTexts } from '../clip/model.ts'
import type { CommonOptions } from '../options.ts'
import type { Terminal } from '../terminal.ts'
import { embedFolder, embedTrainingPictures } from './embed.ts'

export interface SearchOptions extends CommonOptions {
  readonly text: string
  readonly images?: string
  readonly embeddings?: string
  readonly top: number
  /** Default: the best where validation chose one, else the latest. */
  readonly checkpoint?: 'best' | 'latest'
}

/** `chiaro search`: the pictures whose embeddings are nearest to a text's, best first. */
export async function search(folder: string, options: SearchOptions, terminal: Terminal): Promise<void> {
  if (options.text.trim() === '') {
    throw new ChiaroError('data', 'search: --text must be a text, got an empty one', '--text')
  }
  await useBackend(options.backend, options)
  const model = await loadClip(folder, options.checkpoint)
  const { names, vectors, dimension } = await gallery(model, options, terminal)
  const query = await embedTexts(model, [options.text])
  const found = tf.tidy(() => {
    const pictures = tf.tensor2d(vectors, [names.length, dimension])
    const scores = tf.reshape(tf.matMul(pictures, query, false, true), [names.length])
    const { values, indices } = tf.topk(scores, Math.min(options.top, names.length))
    const [score, index] = [values.dataSync(), indices.dataSync()]
    return Array.from(score, (value, i) => ({ picture: names[index[i]], score: value }))
  })
  query.dispose()
  disposeClip(model)
  terminal.result({ text: options.text, found })
  for (const { picture, score } of found) terminal.print(`${score.toFixed(3)}  ${picture}`)
}

async function gallery(model: ClipModel, options: SearchOptions, terminal: Terminal): Promise<Embeddings> {
  if (options.embeddings !== undefined) return readEmbeddings(options.embeddings)
  return options.images === undefined
    ? embedTrainingPictures(model, terminal)
    : embedFolder(model, options.images, terminal)
}
