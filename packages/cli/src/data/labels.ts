import { ChiaroError } from '@chiaro/core'
import { listLabelledImages, readIdx } from '@chiaro/data/node'
import type { NamedPictures } from './open-pictures.ts'
import { type PictureSource, pictureSource, sourceName } from './picture-source.ts'

/** The class of each picture of a source, in its order. */
export interface Labels {
  readonly labels: Int32Array
  /** By class: the sub-folder's name, or the number. */
  readonly classNames: readonly string[]
}

/**
 * Reads `--labels`: "idx:FILE", or without one the sub-folders of a folder of pictures, or the .cls files of shards.
 *
 * @throws ChiaroError ('data') for another source, a number of labels that is not the pictures', labels not of bytes
 */
export async function readLabels(
  text: string | undefined,
  from: PictureSource | undefined,
  { count, labels }: NamedPictures,
): Promise<Labels> {
  if (text === undefined) {
    if (from?.kind === 'folder') return listLabelledImages(from.folder)
    if (labels !== undefined) return numbered(labels)
    const problem = `${from === undefined ? 'these pictures' : sourceName(from)} needs --labels idx:FILE, as neither sub-folders nor .cls files tell classes`
    throw new ChiaroError('data', `evaluate: ${problem}`, '--labels')
  }
  const source = pictureSource(text)
  if (source.kind !== 'idx') {
    throw new ChiaroError('data', `evaluate: labels must be idx:FILE, got "${text}"`, '--labels')
  }
  const { shape, values } = await readIdx(source.file)
  if (shape.length !== 1 || !(values instanceof Uint8Array) || shape[0] !== count) {
    const expected = `bytes [${count}], one for each picture of ${from === undefined ? 'these pictures' : sourceName(from)}`
    throw new ChiaroError('data', `${source.file}: labels must be ${expected}, got [${shape}]`, source.file)
  }
  return numbered(Int32Array.from(values))
}

function numbered(labels: Int32Array): Labels {
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0)
  return { labels, classNames: Array.from({ length: classes }, (_, c) => String(c)) }
}
