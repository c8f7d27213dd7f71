import type { HostImages } from '@chiaro/data'

/** The pictures of a run, on the host. */
export interface NamedPictures extends HostImages {
  /** [count] what each is called. */
  readonly names: readonly string[]
  /** [count] the class of each, where it is known: seen by the evaluation alone. */
  readonly labels?: Int32Array
  /** The names of the classes. */
  readonly classes?: readonly string[]
}

/** Pictures with what a reader should know of them. */
export interface PictureSet {
  readonly pictures: NamedPictures
  /** What could not be taken, in a sentence. */
  readonly remark?: string
}
