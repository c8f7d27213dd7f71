import { ChiaroError } from '@chiaro/core'
import { describeOthers, extensionCounts } from '@chiaro/data'
import { type BadPicture, describeBad, type ListedFile, listFiles, loadBlobs } from '@chiaro/data/browser'
import type { PictureShape } from '@chiaro/tasks'
import type { GivenFile } from './messages.ts'
import type { NamedPictures, PictureSet } from './pictures.ts'

/** Pictures of a folder that are taken at most, and that are needed at least. */
export const [mostPictures, fewestPictures] = [4000, 16]

export interface DecodeFolderOptions {
  readonly shape: PictureShape
  readonly onProgress?: (done: number, of: number) => void
  /** Whether nobody waits for the pictures any more; it is asked before each. */
  readonly inVain?: () => boolean
}

/**
 * The pictures of a folder, brought to one size; sub-folders are classes where every picture lies in one. The remark
 * counts what was not taken, as the command does.
 *
 * @throws ChiaroError ('data') in words when too few can be decoded; an error once it is in vain
 */
export async function decodeFolder(
  files: readonly GivenFile[],
  { shape, onProgress, inVain = () => false }: DecodeFolderOptions,
): Promise<PictureSet> {
  const [height, width, channels] = shape
  const { all, others } = listed(files)
  const bad: BadPicture[] = []
  const stop = new AbortController()
  const taken = evenly(all, mostPictures).map(file => ({
    ...file,
    async open() {
      if (inVain()) stop.abort(new Error('Reading the folder was stopped.'))
      return file.open()
    },
  }))
  const { rows, ...loaded } = await loadBlobs(taken, {
    size: [height, width],
    channels,
    fit: 'cover',
    onBad: one => bad.push(one),
    onProgress: done => onProgress?.(done, taken.length),
    signal: stop.signal,
  })
  const cut = all.length > taken.length ? `Of ${all.length} pictures ${taken.length} were taken, evenly.` : ''
  const remark = [cut, leftOut(bad), passedBy(others)].filter(words => words !== '').join(' ')
  const decoded = taken.filter((_, i) => rows[i] >= 0)
  if (decoded.length < fewestPictures) {
    const problem = `The folder has ${decoded.length} pictures that can be decoded, ${fewestPictures} are needed.`
    throw new ChiaroError('data', `${problem} ${remark}`.trim(), 'folder')
  }
  const pictures = { ...loaded, names: decoded.map(({ name }) => name), ...classesOf(decoded) }
  return { pictures, remark: remark === '' ? undefined : remark }
}

const leftOut = (bad: readonly BadPicture[]) =>
  bad.length === 0
    ? ''
    : `Left out: ${bad.length === 1 ? '1 picture' : `${bad.length} pictures`} (${describeBad(bad)}).`

const passedBy = (others: readonly string[]) =>
  others.length === 0 ? '' : `Passed by: ${describeOthers(others)}.`

/** The pictures among files, and the names of the others. */
function listed(files: readonly GivenFile[]): {
  readonly all: ListedFile[]
  readonly others: readonly string[]
} {
  // A worker's copy of a file has lost its path within the folder.
  const named = files.map(({ file, path }) => ({ name: file.name, webkitRelativePath: path, file }))
  const others: string[] = []
  try {
    const all = listFiles(named as unknown as File[], { onOthers: names => others.push(...names) })
    const own = (one: ListedFile) => async () => ((await one.open()) as unknown as GivenFile).file
    return { all: all.map(one => ({ ...one, open: own(one) })), others }
  } catch (cause) {
    const got = extensionCounts(files.map(({ path }) => path))
    const problem = `The folder has no pictures (PNG, JPEG, WebP, GIF or BMP), but ${got}.`
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
