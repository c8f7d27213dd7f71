import { join } from 'node:path'
import { dataError } from '../data-error.ts'
import { pictureNames } from './picture-names.ts'

export interface ListedImage {
  /** Path of the picture file. */
  readonly image: string
  /** Path relative to the folder, with / on every system. */
  readonly name: string
  /** The name of the sub-folder it is in, when `labels` was asked for. */
  readonly label?: string
}

export interface ListImagesOptions {
  /** Lower or upper case. Default .png, .jpg, .jpeg, .webp, .gif, .avif, .tif, .tiff and .svg. */
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
}

const pictureExtensions = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff', '.svg']

/**
 * The pictures of a folder, by extension, in the bytewise order of their relative paths: the same on every system.
 * No folder is listed twice, however links lead. Names that begin with a dot are left out.
 *
 * @throws ChiaroError ('data') that names the folder or file: no such folder, no picture in it, a link that leads
 *   nowhere or out of the folder, with `labels` a picture outside every sub-folder
 */
export async function listImages(folder: string, options: ListImagesOptions = {}): Promise<ListedImage[]> {
  return listed('listImages', folder, options)
}

export interface LabelledImages {
  readonly images: readonly ListedImage[]
  /** [images] which class each picture has, a place in classNames. */
  readonly labels: Int32Array
  /** The first sub-folders that have pictures, in bytewise order. */
  readonly classNames: readonly string[]
}

/**
 * The pictures of a folder whose first sub-folders are their classes, as `listImages` orders them. Pictures may lie
 * deeper; their class is the first sub-folder all the same.
 *
 * @throws as `listImages`, and for a picture outside every sub-folder
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
  const { extensions = pictureExtensions, recursive = true, labels = false, links = 'inside' } = options
  const wanted = new Set(extensions.map(extension => extension.toLowerCase()))
  const names = await pictureNames(where, folder, { extensions: wanted, recursive, links })
  if (names.length === 0) {
    throw dataError(where, { file: folder }, `must have pictures (${[...wanted].join(', ')}), got none`)
  }
  return bytewise(names).map(name => ({
    image: join(folder, name),
    name,
    ...(labels && { label: labelOf(where, folder, name) }),
  }))
}

function bytewise(names: readonly string[]): string[] {
  const sorted = names.map(name => ({ name, bytes: Buffer.from(name) }))
  return sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes)).map(({ name }) => name)
}

function labelOf(where: string, folder: string, name: string): string {
  const cut = name.indexOf('/')
  if (cut > 0) return name.slice(0, cut)
  const problem = 'must lie in a sub-folder, whose name is its label, got none'
  throw dataError(where, { file: join(folder, name) }, problem)
}
