import { ChiaroError } from '@chiaro/core'
import { listLabelledImages, readIdx } from '@chiaro/data/node'
import type { NamedPictures } from './named-pictures.ts'
import { type PictureSource, pictureSource, sourceName } from './picture-source.ts'

/** The class of each picture of a source, in its order. */
export interface Labels {
  readonly labels: Int32Array
  /** By class: the sub-folder's name, or the number. */
  readonly classNames: readonly string[]
}

/** What `--labels` says where the pictures themselves tell. */
export const ownLabels = 'own'

/**
 * Reads `--labels`: "idx:FILE", or with "own", or without one, the sub-folders of a folder of pictures, or the .cls files
 * of shards.
 *
 * @throws ChiaroError ('data') for another source, a number of labels that is not the pictures', labels not of bytes
 */
export async function readLabels(
  where: string,
  text: string | undefined,
  from: PictureSource | undefined,
  { count, names, labels, classNames, kept }: NamedPictures,
): Promise<Labels> {
  if (text === undefined || text === ownLabels) {
    if (from?.kind === 'folder') return ofFolder(from.folder, names)
    if (labels !== undefined) return classNames === undefined ? numbered(labels) : { labels, classNames }
    const problem = `${from === undefined ? 'these pictures' : sourceName(from)} needs --labels idx:FILE, as neither sub-folders nor a .cls file for each picture tell classes`
    throw new ChiaroError('data', `${where}: ${problem}`, '--labels')
  }
  const file = labelSource(where, text).slice('idx:'.length)
  const { shape, values } = await readIdx(file)
  const total = kept?.total ?? count
  if (shape.length !== 1 || !(values instanceof Uint8Array) || shape[0] !== total) {
    const expected = `bytes [${total}], one for each picture of ${from === undefined ? 'these pictures' : sourceName(from)}`
    throw new ChiaroError('data', `${file}: labels must be ${expected}, got [${shape}]`, file)
  }
  return numbered(Int32Array.from(kept?.places.map(place => values[place]) ?? values))
}

/** `--labels` with an absolute path, as `run.json` keeps it. @throws ChiaroError ('data') for another kind */
export function labelSource(where: string, text: string): string {
  if (text === ownLabels) return text
  const source = pictureSource(text)
  if (source.kind === 'idx') return `idx:${source.file}`
  throw new ChiaroError('data', `${where}: labels must be idx:FILE or own, got "${text}"`, '--labels')
}

/** The first sub-folders of the pictures of these names. */
async function ofFolder(folder: string, names: readonly string[]): Promise<Labels> {
  const { images, labels, classNames } = await listLabelledImages(folder, { onBad: () => {} })
  const byName = new Map(images.map(({ name }, i) => [name, labels[i]]))
  return { labels: Int32Array.from(names, name => byName.get(name) ?? 0), classNames }
}

/** Classes called by their numbers, those that there are. */
function numbered(numbers: Int32Array): Labels {
  const different = [...new Set(numbers)].sort((a, b) => a - b)
  const places = new Map(different.map((number, i) => [number, i]))
  return { labels: numbers.map(number => places.get(number) ?? 0), classNames: different.map(String) }
}
