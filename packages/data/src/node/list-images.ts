import { join } from 'node:path'
import { type BadPictureOptions, badPictures } from '../bad-pictures.ts'
import { dataError } from '../data-error.ts'
import { extensionCounts } from '../extension-counts.ts'
import { bytewise } from './bytewise.ts'
import { pictureExtensions } from './picture-formats.ts'
import { pictureNames } from './picture-names.ts'

export interface ListedImage {
  /** Path of the picture file. */
  readonly image: string
  /** Path relative to the folder, with / on every system. */
  readonly name: string
  /** The name of the sub-folder it is in, when `labels` was asked for. */
  readonly label?: string
}

/**
 * With onBad a link is left out that leads nowhere, by a picture's name, or out of the folder; and a picture or folder whose
 * name is not UTF-8, so that it can't be opened by it.
 */
export interface ListImagesOptions extends BadPictureOptions {
  /**
   * Lower or upper case; '' takes names without any, of files that begin as a picture. Default all that `decodeImage`
   * reads: .png, .jpg, .jpeg, .jpe, .jfif, .webp, .gif, .avif, .tif, .tiff, .svg, .bmp, .dib, .pbm, .pgm, .ppm, .pnm, ''.
   */
  readonly extensions?: readonly string[]
  /** Whether sub-folders are searched too. Default true. */
  readonly recursive?: boolean
  /** Whether a picture's first sub-folder is its label; then none may lie outside a sub-folder. Default false. */
  readonly labels?: boolean
  /**
   * 'inside': links are followed within the folder, one that leads out is an error: a data set of someone else's must
   * not choose which files of the machine are read. 'anywhere': all are followed. Default 'inside'.
   */
  readonly links?: 'inside' | 'anywhere'
  /**
   * Is called with the names of the other files, in bytewise order, where there are any; also of hidden ones, whose names
   * begin with a dot, a hidden folder with / behind it.
   */
  readonly onOthers?: (names: readonly string[]) => void
}

/**
 * The pictures of a folder, by extension, in the bytewise order of their relative paths: the same on every system.
 * No folder is listed twice, however links lead. Names that begin with a dot are no pictures.
 *
 * @throws ChiaroError ('data') that names the folder or file: no such folder, no picture in it, links that lead
 *   nowhere or out of the folder (all of them, without onBad), with `labels` a picture outside every sub-folder and sub-folders without pictures
 *
 * @example
 * ```ts
 * import { mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { describeOthers } from '@chiaro/data'
 * import { listImages } from '@chiaro/data/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'pictures-'))
 * for (const name of ['b.png', 'a.jpg', 'notes.txt']) await writeFile(join(folder, name), '')
 * const listed = await listImages(folder, { onOthers: names => console.log(describeOthers(names)) })
 * console.log(listed.map(({ name }) => name)) // a.jpg, b.png; they are not opened
 * ```
 */
export async function listImages(folder: string, options: ListImagesOptions = {}): Promise<ListedImage[]> {
  return listed('listImages', folder, options)
}

export interface LabelledImages {
  readonly images: readonly ListedImage[]
  /** [images] which class each picture has, a place in classNames. */
  readonly labels: Int32Array
  /** The first sub-folders, in bytewise order. */
  readonly classNames: readonly string[]
}

/**
 * The pictures of a folder whose first sub-folders are their classes, as `listImages` orders them. Pictures may lie
 * deeper; their class is the first sub-folder all the same.
 *
 * @throws as `listImages` with `labels`: a class without pictures would be gone without a word
 *
 * @example
 * ```ts
 * import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { listLabelledImages } from '@chiaro/data/node'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'pets-'))
 * for (const name of ['cat', 'dog']) {
 *   await mkdir(join(folder, name))
 *   await writeFile(join(folder, name, 'one.png'), '')
 * }
 * const { labels, classNames } = await listLabelledImages(folder)
 * console.log(labels, classNames) // 0, 1; cat, dog
 * ```
 */
export async function listLabelledImages(
  folder: string,
  options: Omit<ListImagesOptions, 'labels'> = {},
): Promise<LabelledImages> {
  const images = await listed('listLabelledImages', folder, { ...options, labels: true })
  const classNames = bytewise([...new Set(images.map(({ label }) => label as string))])
  const classes = new Map(classNames.map((name, i) => [name, i]))
  const labels = Int32Array.from(images, ({ label }) => classes.get(label as string) as number)
  return { images, labels, classNames }
}

async function listed(where: string, folder: string, options: ListImagesOptions): Promise<ListedImage[]> {
  const { extensions = [...pictureExtensions, ''], recursive = true, labels = false } = options
  const { links = 'inside', onOthers, onBad } = options
  const wanted = new Set(extensions.map(extension => extension.toLowerCase()))
  const found = await pictureNames(where, folder, { extensions: wanted, recursive, links })
  const { pictures, others, bad, folders } = found
  if (bad.length > 0 && (onBad === undefined || pictures.length === 0)) throw badPictures(where, bad)
  const expected = `must have pictures (${extensions.filter(Boolean).join(', ')})`
  if (pictures.length === 0) throw dataError(where, { file: folder }, `${expected}, got ${instead(others)}`)
  const images = bytewise(pictures).map(name => ({
    image: join(folder, name),
    name,
    ...(labels && { label: labelOf(where, folder, name) }),
  }))
  if (labels) {
    const having = new Set(pictures.map(topOf))
    const empty = bytewise(folders.filter(name => !having.has(name)))
    if (empty.length > 0) {
      const got = empty
        .map(name => `${name} with ${instead(others.filter(other => topOf(other) === name))}`)
        .join('; ')
      throw dataError(
        where,
        { file: folder },
        `each sub-folder is a class and must have pictures, got ${got}`,
      )
    }
  }
  for (const one of bad) onBad?.(one)
  if (others.length > 0) onOthers?.(bytewise(others))
  return images
}

/** The first part of a path. */
const topOf = (name: string) => name.slice(0, Math.max(0, name.indexOf('/')))

/** What there is in place of pictures. */
function instead(others: readonly string[]): string {
  return others.length === 0 ? 'none' : `other files only: ${extensionCounts(others)}`
}

function labelOf(where: string, folder: string, name: string): string {
  const label = topOf(name)
  if (label !== '') return label
  const problem = 'must lie in a sub-folder, whose name is its label, got none'
  throw dataError(where, { file: join(folder, name) }, problem)
}
