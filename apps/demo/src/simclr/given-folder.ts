import { ChiaroError } from '@chiaro/core'
import { extensionCounts } from '@chiaro/data'
import { type ListedFile, listFiles } from '@chiaro/data/browser'
import type { GivenFile, GivenFolder, GivenPicture } from './messages.ts'

/** Pictures of a folder that are taken at most. */
export const mostPictures = 4000

/**
 * What is taken of a folder's files; the rest does not go to the worker.
 *
 * @throws ChiaroError ('data') in words where there are no pictures
 */
export async function givenFolder(files: readonly GivenFile[]): Promise<GivenFolder> {
  const named = files.map(({ file, path }) => ({ name: file.name, webkitRelativePath: path, file }))
  const others: string[] = []
  let all: ListedFile[]
  try {
    all = listFiles(named as unknown as File[], { onOthers: names => others.push(...names) })
  } catch (cause) {
    const got = extensionCounts(files.map(({ path }) => path))
    const problem = `The folder has no pictures (PNG, JPEG, WebP, GIF or BMP), but ${got}.`
    throw new ChiaroError('data', problem, 'folder', { cause })
  }
  const taken = evenly(all, mostPictures).map(async ({ name, label, open }): Promise<GivenPicture> => {
    const { file } = (await open()) as unknown as GivenFile
    return { name, label, file }
  })
  return { pictures: await Promise.all(taken), all: all.length, others }
}

/** At most `most` of the items, at even distances, so that every sub-folder keeps its share. */
export function evenly<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)])
}
