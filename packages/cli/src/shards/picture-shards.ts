import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ChiaroError } from '@chiaro/core'
import { batches, type HostImages } from '@chiaro/data'
import {
  type BadPictureOptions,
  type DecodeOptions,
  imageBatches,
  type ListedImage,
  listImages,
  listShards,
  shardBatches,
} from '@chiaro/data/node'
import { digest } from '@chiaro/train'
import type { PictureSource } from '../data/picture-source.ts'
import { type LeftOut, leavingOut } from '../left-out.ts'

/** Pictures that are decoded and embedded together. */
const batchSize = 256

/** How pictures are read, and who is told of those that can't be. */
export interface ReadShardOptions extends DecodeOptions, BadPictureOptions {
  readonly signal?: AbortSignal
}

export interface PictureBatch {
  readonly images: HostImages
  readonly names: readonly string[]
}

/** A part of the pictures, of which one file of embeddings is made. */
export interface PictureShard {
  /** The file's name. */
  readonly name: string
  /** What tells its pictures from others without opening them, as the file keeps it. */
  readonly source: Readonly<Record<string, string | number>>
  /** Its pictures in their order, some at a time. */
  read(options: ReadShardOptions): AsyncIterable<PictureBatch>
}

export interface PictureShardsOptions {
  /** Pictures of a folder that make a shard. */
  readonly shardSize: number
  readonly skipBad?: boolean
  readonly leftOut: LeftOut
}

/**
 * Cuts a source of pictures into shards: WebDataset shards are what they are, told by name and bytes, and a folder is cut
 * every `shardSize` pictures of its order, told by their names.
 *
 * @throws ChiaroError ('data') that names the file: what its reader throws, an IDX file, two shards of one name
 */
export async function pictureShards(
  source: PictureSource,
  { shardSize, skipBad, leftOut }: PictureShardsOptions,
): Promise<PictureShard[]> {
  switch (source.kind) {
    case 'shards':
      return Promise.all(distinct(await listShards(source.pattern)).map(tarShard))
    case 'folder': {
      const { others } = leftOut
      const listed = await leavingOut(leftOut, skipBad, onBad =>
        listImages(source.folder, { onOthers: names => void others.push(...names), onBad }),
      )
      const count = Math.ceil(listed.length / shardSize)
      return Array.from({ length: count }, (_, j) =>
        folderShard(j, listed.slice(j * shardSize, (j + 1) * shardSize)),
      )
    }
    case 'idx': {
      const problem = 'must be a folder or wds:SHARDS where --out is a folder, got an IDX file'
      throw new ChiaroError('data', `embed: --images ${problem}`, '--images')
    }
  }
}

/** Shards whose embeddings get different names. */
function distinct(files: readonly string[]): readonly string[] {
  const byName = new Map<string, string>()
  for (const file of files) {
    const before = byName.get(outName(file))
    if (before !== undefined) {
      const problem = `shards must differ in their names, got ${before} and ${file}`
      throw new ChiaroError('data', `embed: ${problem}`, '--images')
    }
    byName.set(outName(file), file)
  }
  return files
}

const outName = (file: string) => `${basename(file).replace(/\.(tar|tgz|tar\.gz)$/i, '')}.parquet`

async function tarShard(file: string): Promise<PictureShard> {
  const { size: bytes } = await stat(file)
  return {
    name: outName(file),
    source: { file: basename(file), bytes },
    async *read(options) {
      for await (const { samples, ...images } of shardBatches([file], {
        ...options,
        batchSize,
        dropLast: false,
      })) {
        yield { images, names: samples.map(({ key }) => key) }
      }
    },
  }
}

function folderShard(number: number, listed: readonly ListedImage[]): PictureShard {
  return {
    // Five digits keep names in their order up to a hundred thousand shards.
    name: `${String(number).padStart(5, '0')}.parquet`,
    source: { pictures: listed.length, names: digest(listed.map(({ name }) => name)) },
    async *read(options) {
      const files = listed.map(({ image }) => image)
      const order = batches(files, { batchSize, epochs: 1, dropLast: false })
      for await (const { indices, ...images } of imageBatches(files, order, options)) {
        yield { images, names: Array.from(indices, i => listed[i].name) }
      }
    },
  }
}
