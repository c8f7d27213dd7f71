import { ChiaroError } from '@chiaro/core'
import { type BadPicture, checkImages, listImages, loadImages, readIdx } from '@chiaro/data/node'
import type { CommandContext } from '../context.ts'
import { leavingOut } from '../left-out.ts'
import { showProgress } from '../progress.ts'
import {
  defaultMemory,
  inMemory,
  type NamedPictures,
  type OpenPicturesOptions,
  type Shaped,
} from './named-pictures.ts'
import { openShards } from './open-shards.ts'
import { type PictureSource, sourceName } from './picture-source.ts'

/**
 * Opens a source of pictures.
 *
 * @throws ChiaroError ('data') that names the file: what the readers throw, and an IDX file of another shape
 */
export async function openPictures(
  source: PictureSource,
  options: OpenPicturesOptions,
  context: CommandContext,
): Promise<NamedPictures> {
  const { shape } = options
  const { skipBad } = source
  if (source.kind === 'idx') {
    const pictures = await openIdx(source.file, options)
    context.leftOut.used += pictures.count
    return pictures
  }
  if (shape === undefined) {
    throw new ChiaroError('data', `${sourceName(source)} needs the size of pictures, got none`)
  }
  return source.kind === 'folder'
    ? openFolder(source.folder, { ...options, shape, skipBad }, context)
    : openShards(source.pattern, { ...options, shape, skipBad }, context)
}

async function openIdx(file: string, { shape: wanted }: OpenPicturesOptions): Promise<NamedPictures> {
  const { shape, values } = await readIdx(file)
  const [count, height, width, channels = 1] = shape
  const isPictures = values instanceof Uint8Array && (shape.length === 3 || shape.length === 4)
  if (!isPictures || (channels !== 1 && channels !== 3)) {
    const expected = 'bytes [count, height, width] or [count, height, width, 1 or 3]'
    throw new ChiaroError('data', `${file}: must be pictures, ${expected}, got [${shape}]`, file)
  }
  if (wanted !== undefined && String(wanted) !== String([height, width, channels])) {
    const expected = `of the run's shape [${wanted}]`
    throw new ChiaroError('data', `${file}: pictures must be ${expected}, got [${shape.slice(1)}]`, file)
  }
  return inMemory(
    { data: values, shape: [count, height, width, channels] },
    Array.from({ length: count }, (_, i) => String(i)),
  )
}

async function openFolder(folder: string, options: Shaped, context: CommandContext): Promise<NamedPictures> {
  const { others } = context.leftOut
  const links: BadPicture[] = []
  const listed = await listImages(folder, {
    onOthers: names => void others.push(...names),
    onBad: one => void links.push(one),
  })
  return openFiles(listed, { ...options, links }, context)
}

/** Links that are bad already. */
interface Links {
  readonly links?: readonly BadPicture[]
}

/** A picture's file, its name, and where a table names it. */
export interface ListedFile {
  readonly image: string
  readonly name: string
  readonly file?: string
  readonly row?: number
}

/** Pictures of different files, in their order: decoded at once where memory holds them, else as they are asked for. */
export async function openFiles(
  listed: readonly ListedFile[],
  { shape, memory = defaultMemory, skipBad, links = [] }: Shaped & Links,
  { terminal, signal, leftOut, cache }: CommandContext,
): Promise<NamedPictures> {
  const [height, width, channels] = shape
  const decode = { size: [height, width], channels, signal } as const
  const files = listed.map(({ image }) => image)
  const sources = listed.map(({ image, file, row }) => (file === undefined ? image : { image, file, row }))
  const streamed = files.length * height * width * channels > memory
  const progress = showProgress(terminal, 'reading pictures', files.length, 'picture')
  const bad = new Set<string>()
  // All are decoded once, that none fails in the middle of training.
  const loaded = await leavingOut(leftOut, skipBad, async tell => {
    const onBad = (one: BadPicture) => {
      bad.add(one.picture)
      tell(one)
    }
    for (const link of links) tell(link)
    const options = { ...decode, cache, onBad, onProgress: (done: number) => progress.update(done) }
    if (!streamed) return loadImages(sources, options)
    await checkImages(sources, options)
    return undefined
  }).finally(progress.stop)
  const places = [...files.keys()].filter(i => !bad.has(files[i]))
  const good = places.map(i => files[i])
  const names = places.map(i => listed[i].name)
  leftOut.used += good.length
  const kept = bad.size === 0 ? {} : { kept: { total: files.length, places } }
  if (loaded !== undefined) return { ...inMemory(loaded, names), ...kept }
  terminal.note(`${good.length} pictures are read batch by batch: in memory they would take too much`)
  return {
    count: good.length,
    shape,
    names,
    ...kept,
    async read(rows) {
      const chosen = Array.from(rows, row => good[row])
      const images = await loadImages(chosen, decode)
      return { images, rows: images.rows }
    },
  }
}
