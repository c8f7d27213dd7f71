import { useBackend } from '@chiaro/backend'
import { ChiaroError, conflictError } from '@chiaro/core'
import { toImageTensor } from '@chiaro/data'
import { loadImages, withEmbeddingBlocks } from '@chiaro/data/node'
import { type FoundRow, nearestRows, type RowBlock } from '@chiaro/evaluate'
import { readRun } from '@chiaro/train/node'
import * as tf from '@tensorflow/tfjs-core'
import { loadClip } from '../clip/load.ts'
import { disposeClip, embedImages, embedTexts } from '../clip/model.ts'
import type { CommonOptions } from '../options.ts'
import { openPictures } from '../pictures/open-pictures.ts'
import { pictureSource } from '../pictures/source.ts'
import { loadSimclr } from '../simclr/load.ts'
import { disposeSimclr, embedBlocks } from '../simclr/model.ts'
import type { Terminal } from '../terminal.ts'
import { embedFolder, embedTrainingPictures } from './embed.ts'

export interface SearchOptions extends CommonOptions {
  /** Either this or image. */
  readonly text?: string
  readonly image?: string
  readonly images?: string
  readonly embeddings?: string
  readonly top: number
  /** Default: the best where validation chose one, else the latest. */
  readonly checkpoint?: 'best' | 'latest'
}

/** A run that can be asked. */
interface Searchable {
  /** [1, dimension] */
  query(): Promise<tf.Tensor2D>
  /** Pictures of a source, or of the training. */
  gallery(): AsyncIterable<RowBlock>
  dispose(): void
}

/**
 * `chiaro search`: the pictures whose embeddings are nearest to a text's or a picture's, best first. Every one is
 * compared; of an embedding file only some thousand at a time are in memory.
 */
export async function search(
  folder: string,
  options: SearchOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { text, image, embeddings, top } = options
  if ((text === undefined) === (image === undefined)) {
    throw conflictError('search', '--text', 'either --text or --image must be given')
  }
  if (text?.trim() === '') {
    throw new ChiaroError('data', 'search: --text must be a text, got an empty one', '--text')
  }
  await useBackend(options.backend, options)
  const model = await openRun(folder, options, terminal, signal)
  const query = await model.query()
  const among = (blocks: AsyncIterable<RowBlock>) => nearestRows(query, blocks, { top, signal })
  const [nearest] =
    embeddings === undefined ? await among(model.gallery()) : await withEmbeddingBlocks(embeddings, among)
  query.dispose()
  model.dispose()
  const found = nearest.map(({ name, score }: FoundRow) => ({ picture: name, score }))
  terminal.result({ text, image, found })
  for (const { picture, score } of found) terminal.print(`${score.toFixed(3)}  ${picture}`)
}

async function openRun(
  folder: string,
  options: SearchOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Searchable> {
  const { task } = await readRun(folder)
  return task === 'simclr'
    ? openSimclr(folder, options, terminal, signal)
    : openClip(folder, options, terminal)
}

async function openClip(folder: string, options: SearchOptions, terminal: Terminal): Promise<Searchable> {
  const { text, image = '', images, checkpoint } = options
  const model = await loadClip(folder, checkpoint)
  const { imageSize } = model.config
  return {
    query: async () =>
      text === undefined
        ? embedImages(model, await loadImages([image], { size: [imageSize, imageSize] }))
        : embedTexts(model, [text]),
    async *gallery() {
      yield images === undefined
        ? await embedTrainingPictures(model, terminal)
        : await embedFolder(model, images, terminal)
    },
    dispose: () => disposeClip(model),
  }
}

async function openSimclr(
  folder: string,
  { text, image = '', images }: SearchOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Searchable> {
  if (text !== undefined) {
    throw new ChiaroError(
      'run',
      `search: ${folder} is a simclr run, which knows no texts: give --image`,
      '--text',
    )
  }
  const model = await loadSimclr(folder)
  const { shape, source } = model.config
  const [height, width, channels] = shape
  return {
    query: async () => {
      const loaded = await loadImages([image], { size: [height, width], channels })
      return tf.tidy(() => model.encoder.embed(toImageTensor(loaded)))
    },
    async *gallery() {
      const from = images === undefined ? source : pictureSource(images)
      yield* embedBlocks(model.encoder, await openPictures(from, { shape, signal }, terminal))
    },
    dispose: () => disposeSimclr(model),
  }
}
