import type { HostImages } from '@chiaro/data'
import { loadImages, type Pair, readPairs } from '@chiaro/data/node'
import { showProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import type { ClipSource } from './config.ts'

/** Pairs with their pictures decoded, and which rows share a picture or a caption. */
export interface LoadedPairs {
  readonly pairs: readonly Pair[]
  readonly images: HostImages
  /** [rows] the picture of each row, as a row of `images`. */
  readonly imageOf: Int32Array
  /** The different captions, in order of first appearance. */
  readonly texts: readonly string[]
  /** [rows] the caption of each row, as an index of `texts`. */
  readonly textOf: Int32Array
}

/** Reads a pairs file and decodes its pictures; whatever is wrong with a row is said here, before training. */
export async function loadPairs(
  file: string,
  { images: folder, imageColumn, textColumn, weightColumn }: Omit<ClipSource, 'pairs'>,
  imageSize: number,
  terminal: Terminal,
  signal?: AbortSignal,
): Promise<LoadedPairs> {
  const extraColumns = weightColumn === undefined ? [] : [weightColumn]
  const pairs = await readPairs(file, { images: folder, imageColumn, textColumn, extraColumns })
  const different = new Set(pairs.map(({ image }) => image)).size
  const progress = showProgress(terminal, 'reading pictures', different, 'picture')
  const { data, shape, rows } = await loadImages(pairs, {
    size: [imageSize, imageSize],
    signal,
    onProgress: done => progress.update(done),
  }).finally(progress.stop)
  const indexOf = new Map<string, number>()
  const textOf = Int32Array.from(pairs, ({ text }) => {
    const known = indexOf.get(text)
    if (known !== undefined) return known
    indexOf.set(text, indexOf.size)
    return indexOf.size - 1
  })
  return { pairs, images: { data, shape }, imageOf: rows, texts: [...indexOf.keys()], textOf }
}
