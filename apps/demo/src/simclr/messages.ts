import type { BackendWish } from '../shell/chosen-backend.ts'
import type { Sheet } from './pictures.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** What the page asks of the worker. */
export type Request =
  | { readonly kind: 'start'; readonly backend: BackendWish }
  /** `files` are the user's folder; without them a run of that source takes those of before. */
  | { readonly kind: 'begin'; readonly settings: Settings; readonly files?: readonly GivenFile[] }
  | { readonly kind: 'resume' }
  | { readonly kind: 'pause' }
  /** From the next step on. */
  | { readonly kind: 'change'; readonly live: LiveSettings }
  /** The nearest neighbours of a picture, now and after every look. */
  | { readonly kind: 'ask'; readonly picture: number }
  | { readonly kind: 'save' }
  | { readonly kind: 'open'; readonly file: ArrayBuffer }

/** A file and its path within the folder that was given. */
export interface GivenFile {
  readonly path: string
  readonly file: File
}

/** The run as it stands before its next step. */
export interface Prepared {
  readonly settings: Settings
  readonly step: number
  readonly parameterCount: number
  readonly sheet: Sheet
  readonly names: readonly string[]
  /** The class of each, where it is known. */
  readonly labels?: Int32Array
  readonly classes?: readonly string[]
  /** What could not be taken of a folder, in a sentence. */
  readonly remark?: string
}

/** Figures of the run, some times a second. */
export interface Figures {
  readonly step: number
  /** Of the steps since the last report. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[]
  readonly stepsPerSecond: number
  readonly learningRate: number
  readonly gradientNorm: number
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

/** A run that failed can't go on; one that is done can, with more steps. */
export type RunState = 'running' | 'paused' | 'done' | 'failed'

/** What the worker tells the page. */
export type Report =
  | { readonly kind: 'ready'; readonly words: string }
  | { readonly kind: 'decoding'; readonly done: number; readonly of: number }
  | { readonly kind: 'prepared'; readonly prepared: Prepared }
  | { readonly kind: 'views'; readonly views: ViewStrips }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'neighbours'; readonly neighbours: Neighbours }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'saved'; readonly file: Uint8Array; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }
