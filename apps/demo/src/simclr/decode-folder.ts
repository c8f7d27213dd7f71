import { ChiaroError } from '@chiaro/core'
import { decodeBlob, type ListedFile, listFiles } from '@chiaro/data/browser'
import type { PictureShape } from '@chiaro/tasks'
import type { GivenFile } from './messages.ts'
import type { NamedPictures, PictureSet } from './pictures.ts'

/** Pictures of a folder that are taken at most, and that are needed at least. */
export const [mostPictures, fewestPictures] = [4000, 16]
/** Pictures decoded at once. */
const together = 8

export interface DecodeFolderOptions {
  readonly shape: PictureShape
  readonly onProgress?: (done: number, of: number) => void
}

/**
 * The pictures of a folder, brought to one size; sub-folders are classes where every picture lies in one.
 *
 * @throws ChiaroError ('data') in words when too few can be decoded
 */
export async function decodeFolder(
  files: readonly GivenFile[],
  { shape, onProgress = () => {} }: DecodeFolderOptions,
): Promise<PictureSet> {
  const [height, width, channels] = shape
  const all = listed(files)
  const taken = evenly(all, mostPictures)
  const rows: { readonly file: ListedFile; readonly bytes: Uint8Array }[] = []
  const failures: string[] = []
  for (let from = 0; from < taken.length; from += together) {
    const part = taken.slice(from, from + together)
    const decoded = await Promise.all(
      part.map(async file => {
        try {
          const options = { size: [height, width], channels, fit: 'cover' } as const
          return { file, bytes: await decodeBlob(await file.open(), options) }
        } catch (error) {
          failures.push(`${file.name} (${error instanceof Error ? error.message : String(error)})`)
          return undefined
        }
      }),
    )
    rows.push(...decoded.filter(row => row !== undefined))
    onProgress(Math.min(from + together, taken.length), taken.length)
  }
  const undecoded = failures.length === 0 ? '' : leftOut(failures)
  if (rows.length < fewestPictures) {
    const problem = `The folder has ${rows.length} pictures that can be decoded, ${fewestPictures} are needed.`
    throw new ChiaroError('data', `${problem} ${undecoded}`.trim(), 'folder')
  }
  const size = height * width * channels
  const data = new Uint8Array(rows.length * size)
  for (const [i, { bytes }] of rows.entries()) data.set(bytes, i * size)
  const names = rows.map(({ file }) => file.name)
  const cut = all.length > taken.length ? `Of ${all.length} pictures ${taken.length} were taken, evenly.` : ''
  const remark = `${cut} ${undecoded}`.trim()
  const pictures = {
    data,
    shape: [rows.length, ...shape] as const,
    names,
    ...classesOf(rows.map(row => row.file)),
  }
  return { pictures, remark: remark === '' ? undefined : remark }
}

const leftOut = (failures: readonly string[]) =>
  `${failures.length} could not be decoded and ${failures.length === 1 ? 'was' : 'were'} left out: ${failures[0]}${
    failures.length > 1 ? ' and others' : ''
  }.`

function listed(files: readonly GivenFile[]): ListedFile[] {
  // A worker's copy of a file has lost its path within the folder.
  const named = files.map(({ file, path }) => ({ name: file.name, webkitRelativePath: path }) as File)
  const byName = new Map(files.map(({ file, path }) => [path.replace(/^[^/]*\//, ''), file]))
  try {
    return listFiles(named).map(one => ({ ...one, open: async () => byName.get(one.name) as File }))
  } catch (cause) {
    const problem = `The folder has no pictures (PNG, JPEG, WebP or GIF) among its ${files.length} files.`
    throw new ChiaroError('data', problem, 'folder', { cause })
  }
}

/** At most `most` of the items, at even distances, so that every sub-folder keeps its share. */
export function evenly<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)])
}

/** The sub-folders as classes; none unless all pictures lie in one and there are two at least. */
export function classesOf(
  files: readonly Pick<ListedFile, 'label'>[],
): Pick<NamedPictures, 'labels' | 'classes'> {
  const found = files.map(({ label }) => label)
  const classes = [...new Set(found)].filter(label => label !== undefined).sort()
  if (classes.length < 2 || found.includes(undefined)) return {}
  return { labels: Int32Array.from(found, label => classes.indexOf(label as string)), classes }
}
