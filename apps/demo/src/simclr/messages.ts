import type { Pictures, SimclrConfig, SimclrModel } from '@chiaro/tasks'
import type { LabKinds } from '../shell/lab-kinds.ts'
import type { Sheet } from '../shell/sheet.ts'
import type { PictureSet } from './pictures.ts'
import type { Settings } from './settings.ts'

/** A file and its path within the folder that was given. */
export interface GivenFile {
  readonly path: string
  readonly file: File
}

/** A picture by its path within the folder, and the sub-folder it lies in. */
export interface GivenPicture {
  readonly name: string
  readonly label?: string
  readonly file: File
}

/** What is taken of a folder: its pictures, how many there are, and the names of the files that are none. */
export interface GivenFolder {
  readonly pictures: readonly GivenPicture[]
  readonly all: number
  readonly others: readonly string[]
}

/** What the page is told of a new run. */
export interface About {
  readonly sheet: Sheet
  readonly names: readonly string[]
  /** The class of each, where it is known. */
  readonly labels?: Int32Array
  readonly classes?: readonly string[]
  /** What could not be taken of a folder, in a sentence. */
  readonly remark?: string
}

/** Some pictures of a batch, and their views: RGBA, one after another. */
export interface ViewStrips {
  readonly step: number
  readonly pictures: Int32Array
  readonly first: Uint8ClampedArray
  readonly second: Uint8ClampedArray
}

/** A share of right answers with its standard error. */
export interface Accuracy {
  readonly accuracy: number
  readonly standardError: number
}

/** What the encoder has made of the pictures. */
export interface Look {
  readonly step: number
  /** Mean squared distance of two views of a picture on the sphere. */
  readonly alignment: number
  /** log mean exp(−2·distance²) over pairs of pictures, in nats. */
  readonly uniformity: number
  /** The pictures of the map, and where each lies: x, y, x, y, … */
  readonly shown: Int32Array
  readonly places: Float32Array
  /** The share of the variance that the map shows. */
  readonly explained: number
  /** By the nearest neighbours, where classes are known; of raw pixels the same every time. */
  readonly learned?: Accuracy
  readonly pixels?: Accuracy
  /** How many were asked, and by how many neighbours. */
  readonly asked?: number
}

/** The pictures nearest to one, by the cosine of their embeddings. */
export interface Neighbours {
  readonly step: number
  readonly picture: number
  readonly found: readonly { readonly picture: number; readonly cosine: number }[]
}

export interface SimclrLab extends LabKinds {
  readonly made: PictureSet & {
    readonly settings: Settings
    readonly config: SimclrConfig
    readonly data: Pictures
    readonly onlyLooked?: string
  }
  readonly model: SimclrModel
  readonly about: About
  /** The user's folder; without it a run of that source takes the one of before. */
  readonly given: GivenFolder
  /** A picture, whose nearest neighbours are shown now and after every look. */
  readonly asked: number
  readonly shown:
    | { readonly kind: 'views'; readonly views: ViewStrips }
    | { readonly kind: 'look'; readonly look: Look }
    | { readonly kind: 'neighbours'; readonly neighbours: Neighbours }
}
