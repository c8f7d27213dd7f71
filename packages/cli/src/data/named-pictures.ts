import type { HostImages } from '@chiaro/data'
import { type PictureShape, type Pictures, picturesOf } from '@chiaro/tasks'
import type { SkipBadOption } from '../flags.ts'

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

export type Shaped = OpenPicturesOptions & { readonly shape: PictureShape }

/** 256 MiB: a hundred thousand pictures of 28 × 28 × 3, or five thousand of 128 × 128 × 3. */
export const defaultMemory = 2 ** 28

export function inMemory(images: HostImages, names: readonly string[]): NamedPictures {
  return { ...picturesOf(images), names }
}
