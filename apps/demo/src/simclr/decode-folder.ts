import { ChiaroError } from '@chiaro/core'
import { describeOthers } from '@chiaro/data'
import { type BadPicture, describeBad, type ListedFile, loadBlobs } from '@chiaro/data/browser'
import type { PictureShape } from '@chiaro/tasks'
import type { GivenFolder } from './messages.ts'
import type { NamedPictures, PictureSet } from './pictures.ts'

/** Pictures that are needed at least. */
export const fewestPictures = 16

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
  { pictures: given, all, others }: GivenFolder,
  { shape, onProgress, inVain = () => false }: DecodeFolderOptions,
): Promise<PictureSet> {
  const [height, width, channels] = shape
  const bad: BadPicture[] = []
  const stop = new AbortController()
  const taken = given.map(({ name, label, file }) => ({
    name,
    label,
    async open() {
      if (inVain()) stop.abort(new Error('Reading the folder was stopped.'))
      return file
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
  const cut = all > taken.length ? `Of ${all} pictures ${taken.length} were taken, evenly.` : ''
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

/** The sub-folders as classes; none unless all pictures lie in one and there are two at least. */
export function classesOf(
  files: readonly Pick<ListedFile, 'label'>[],
): Pick<NamedPictures, 'labels' | 'classes'> {
  const found = files.map(({ label }) => label)
  const classes = [...new Set(found)].filter(label => label !== undefined).sort()
  if (classes.length < 2 || found.includes(undefined)) return {}
  return { labels: Int32Array.from(found, label => classes.indexOf(label as string)), classes }
}
