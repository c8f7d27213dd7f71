import { relative, resolve } from 'node:path'
import { useBackend } from '@chiaro/backend'
import { ChiaroError, conflictError } from '@chiaro/core'
import { type Embeddings, listImages, loadImages, readPairs, writeEmbeddings } from '@chiaro/data/node'
import { readRun } from '@chiaro/train/node'
import { loadClip } from '../clip/load.ts'
import { type ClipModel, disposeClip, embedImages, embedTexts } from '../clip/model.ts'
import type { CommonOptions } from '../options.ts'
import { openPictures } from '../pictures/open-pictures.ts'
import { pictureSource } from '../pictures/source.ts'
import { showProgress } from '../progress.ts'
import { loadSimclr } from '../simclr/load.ts'
import { disposeSimclr, embedPictures } from '../simclr/model.ts'
import type { Terminal } from '../terminal.ts'

export interface EmbedOptions extends CommonOptions {
  readonly images?: string
  readonly text?: readonly string[]
  readonly out: string
  /** Default: the best where validation chose one, else the latest. */
  readonly checkpoint?: 'best' | 'latest'
}

/** `chiaro embed`: unit embeddings of a folder's pictures, or of texts, into a Parquet or .npy file. */
export async function embed(
  folder: string,
  options: EmbedOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if ((await readRun(folder)).task === 'simclr') return embedSimclr(folder, options, terminal, signal)
  const { images, text, out } = options
  if ((images === undefined) === (text === undefined)) {
    throw conflictError('embed', '--images', 'either --images or --text must be given')
  }
  await useBackend(options.backend, options)
  const model = await loadClip(folder, options.checkpoint)
  const embeddings =
    images !== undefined ? await embedFolder(model, images, terminal) : await texts(model, text ?? [])
  await writeEmbeddings(out, embeddings, { nameColumn: images === undefined ? 'text' : 'file' })
  const { names, dimension } = embeddings
  terminal.result({ out, count: names.length, dimension })
  terminal.print(`${names.length} embeddings of ${dimension} numbers written to ${out}`)
  disposeClip(model)
}

/** Of a SimCLR run: the encoder's output without the head, brought to unit length. */
async function embedSimclr(
  folder: string,
  { images, text, out, ...options }: EmbedOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (images === undefined || text !== undefined) {
    throw conflictError(
      'embed',
      '--images',
      'a simclr run embeds pictures: --images must be given, no --text',
    )
  }
  await useBackend(options.backend, options)
  const model = await loadSimclr(folder)
  const pictures = await openPictures(pictureSource(images), { shape: model.config.shape, signal }, terminal)
  const progress = showProgress(terminal, 'embedding', pictures.count, 'picture')
  const { vectors, dimension } = await embedPictures(model.encoder, pictures, progress.update).finally(
    progress.stop,
  )
  disposeSimclr(model)
  for (let row = 0; row < pictures.count; row++) {
    const vector = vectors.subarray(row * dimension, (row + 1) * dimension)
    const length = Math.hypot(...vector)
    if (length > 0) for (let j = 0; j < dimension; j++) vector[j] /= length
  }
  await writeEmbeddings(out, { names: pictures.names, vectors, dimension }, { nameColumn: 'file' })
  terminal.result({ out, count: pictures.count, dimension })
  terminal.print(`${pictures.count} embeddings of ${dimension} numbers written to ${out}`)
}

/** Every picture under a folder, named by its path within it. */
export async function embedFolder(model: ClipModel, folder: string, terminal: Terminal): Promise<Embeddings> {
  const listed = await listImages(folder)
  return embedFiles(
    model,
    listed.map(({ image }) => image),
    folder,
    terminal,
  )
}

/** The pictures of the pairs a run was trained on, each once. */
export async function embedTrainingPictures(model: ClipModel, terminal: Terminal): Promise<Embeddings> {
  const { pairs, images, imageColumn, textColumn } = model.config.source
  const rows = await readPairs(pairs, { images, imageColumn, textColumn })
  return embedFiles(model, [...new Set(rows.map(({ image }) => image))], images, terminal)
}

async function embedFiles(
  model: ClipModel,
  files: readonly string[],
  folder: string,
  terminal: Terminal,
): Promise<Embeddings> {
  if (files.length === 0)
    throw new ChiaroError('data', `embed: ${folder} must hold pictures, got none`, 'images')
  const reading = showProgress(terminal, 'reading pictures', files.length, 'picture')
  const { imageSize } = model.config
  const loaded = await loadImages(files, {
    size: [imageSize, imageSize],
    onProgress: done => reading.update(done),
  }).finally(reading.stop)
  const tensor = embedImages(model, loaded)
  const vectors = (await tensor.data()) as Float32Array
  const dimension = tensor.shape[1]
  tensor.dispose()
  return { names: files.map(file => relative(resolve(folder), file)), vectors, dimension }
}

async function texts(model: ClipModel, all: readonly string[]): Promise<Embeddings> {
  const tensor = await embedTexts(model, all)
  const vectors = (await tensor.data()) as Float32Array
  const dimension = tensor.shape[1]
  tensor.dispose()
  return { names: all, vectors, dimension }
}
