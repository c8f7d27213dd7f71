import { ChiaroError } from '@chiaro/core'
import type { HostImages } from '@chiaro/data'
import {
  type BadPicture,
  checkImages,
  listImages,
  listShards,
  loadImages,
  loadShardImages,
  readIdx,
  type ShardPlace,
  shardBatches,
} from '@chiaro/data/node'
import { type PictureShape, type Pictures, picturesOf } from '@chiaro/tasks'
import type { CommandContext } from '../context.ts'
import type { SkipBadOption } from '../flags.ts'
import { leavingOut } from '../left-out.ts'
import { showProgress } from '../progress.ts'
import { type PictureSource, sourceName } from './picture-source.ts'

/** Pictures of a source, with what it says of each. */
export interface NamedPictures extends Pictures {
  /** [count] the path within the folder, the key in the shard, or the number in the IDX file. */
  readonly names: readonly string[]
  /** [count] the classes, where shards have a .cls for every picture, and their names, where those have names. */
  readonly labels?: Int32Array
  readonly classNames?: readonly string[]
  /** Where bad ones were left out: how many the source has, and [count] their places in it. */
  readonly kept?: { readonly total: number; readonly places: readonly number[] }
}

export interface OpenPicturesOptions extends SkipBadOption {
  /** What the pictures are brought to. An IDX file has a shape of its own, which must be this if it is given. */
  readonly shape?: PictureShape
  /** Pictures are kept in memory up to this many bytes, and read anew for each batch above. */
  readonly memory?: number
}

/** 256 MiB: a hundred thousand pictures of 28 × 28 × 3, or five thousand of 128 × 128 × 3. */
const defaultMemory = 2 ** 28

/** The most that packed shards may take, which are always kept in memory: each read would unpack all that lies before. */
const packedMemory = 2 ** 31

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

type Shaped = OpenPicturesOptions & { readonly shape: PictureShape }

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

/** Pictures of files, in their order: decoded at once where memory holds them, else as they are asked for. */
export async function openFiles(
  listed: readonly { readonly image: string; readonly name: string }[],
  { shape, memory = defaultMemory, skipBad, links = [] }: Shaped & Links,
  { terminal, signal, leftOut, cache }: CommandContext,
): Promise<NamedPictures> {
  const [height, width, channels] = shape
  const decode = { size: [height, width], channels, signal } as const
  const files = listed.map(({ image }) => image)
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
    if (!streamed) return loadImages(files, options)
    await checkImages(files, options)
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

async function openShards(
  pattern: string,
  { shape, memory = defaultMemory, skipBad }: Shaped,
  { terminal, signal, leftOut, cache }: CommandContext,
): Promise<NamedPictures> {
  const [height, width, channels] = shape
  const size = height * width * channels
  const shards = await listShards(pattern)
  const decode = { size: [height, width], channels, signal } as const
  const packed = shards.some(shard => /gz$/i.test(shard))
  let parts: Uint8Array[] = []
  const places: ShardPlace[] = []
  const names: string[] = []
  const classes: (number | string)[] = []
  // All are decoded once, that none fails in the middle of training; what does not fit is read again by its place.
  const read = async (onBad: (bad: BadPicture) => void) => {
    const batches = shardBatches(shards, { ...decode, cache, batchSize: 256, dropLast: false, onBad })
    for await (const { data, samples } of batches) {
      for (const { key, label, className, file, offset } of samples) {
        names.push(key)
        places.push({ file, offset })
        const ofClass = label ?? className
        if (ofClass !== undefined) classes.push(ofClass)
      }
      const fits = names.length * size <= memory
      if (fits || packed) parts.push(data)
      else parts = []
      if (packed && names.length * size > packedMemory) {
        const problem = `packed shards must hold at most ${packedMemory} bytes of pictures, got more; unpack them`
        throw new ChiaroError('data', `${pattern}: ${problem}`, '--images')
      }
    }
  }
  await leavingOut(leftOut, skipBad, read)
  if (names.length === 0)
    throw new ChiaroError('data', `${pattern}: must have pictures that can be used, got none`)
  leftOut.used += names.length
  const streamed = parts.length === 0
  const kept = streamed ? 'are read batch by batch' : 'read'
  terminal.note(`${names.length} pictures ${kept} from ${shards.length} shards`)
  const pictures: NamedPictures = streamed
    ? {
        count: names.length,
        shape,
        names,
        async read(rows) {
          const images = await loadShardImages(
            Array.from(rows, row => places[row]),
            decode,
          )
          return { images, rows: Int32Array.from(rows, (_, i) => i) }
        },
      }
    : inMemory({ data: Buffer.concat(parts), shape: [names.length, ...shape] }, names)
  return classes.length === names.length ? { ...pictures, ...labelled(pattern, classes) } : pictures
}

/** Classes by their numbers, or by their names in bytewise order. */
function labelled(
  pattern: string,
  classes: readonly (number | string)[],
): Pick<NamedPictures, 'labels' | 'classNames'> {
  const numbers = classes.filter(one => typeof one === 'number')
  if (numbers.length === classes.length) return { labels: Int32Array.from(numbers) }
  const texts = classes.filter(one => typeof one === 'string')
  if (numbers.length > 0) {
    const got = `${numbers[0]} and ${texts[0]}`
    throw new ChiaroError('data', `${pattern}: classes must be all numbers or all names, got ${got}`)
  }
  const classNames = [...new Set(texts)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const places = new Map(classNames.map((name, i) => [name, i]))
  return { labels: Int32Array.from(texts, name => places.get(name) ?? 0), classNames }
}

function inMemory(images: HostImages, names: readonly string[]): NamedPictures {
  return { ...picturesOf(images), names }
}
