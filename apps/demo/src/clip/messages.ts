import type { BackendWish } from '../shell/chosen-backend.ts'
import type { Sheet } from '../simclr/pictures.ts'
import type { LiveSettings, Settings } from './settings.ts'

/** What the page asks of the worker. */
export type Request =
  /** `emoji` is the address of the folder that the build drew. */
  | { readonly kind: 'start'; readonly backend: BackendWish; readonly emoji: string }
  | { readonly kind: 'begin'; readonly settings: Settings }
  | { readonly kind: 'resume' }
  | { readonly kind: 'pause' }
  /** From the next step on. */
  | { readonly kind: 'change'; readonly live: LiveSettings }
  /** The pictures nearest to a text, now and after every look. */
  | { readonly kind: 'ask'; readonly text: string }
  | { readonly kind: 'save' }
  | { readonly kind: 'open'; readonly file: ArrayBuffer }

/** The run as it stands before its next step. */
export interface Prepared {
  readonly settings: Settings
  readonly step: number
  /** The drawings never trained on, and what each is called. */
  readonly sheet: Sheet
  readonly names: readonly string[]
  readonly seen: number
  readonly unseen: number
}

/** Figures of the run, some times a second. */
export interface Figures {
  readonly step: number
  /** Of the steps since the last report. */
  readonly losses: readonly { readonly step: number; readonly loss: number }[]
  readonly stepsPerSecond: number
  readonly logitScale: number
}

/** A share of right answers, of how many, and what guessing gives. */
export interface Share {
  readonly share: number
  readonly chance: number
  readonly queries: number
  readonly standardError: number
}

/** What the towers make of drawings by a vendor they have never seen. */
export interface Look {
  readonly step: number
  /** The right picture first, or among ten, of emoji that were trained on. */
  readonly first: Share
  readonly ten: Share
  /** Among ten, of emoji never trained on, among those alone. */
  readonly unseenTen: Share
  readonly zeroShot: Share & { readonly ofGroups: readonly GroupShare[] }
  readonly matrix: Matrix
}

export interface GroupShare {
  readonly group: string
  readonly share: number
  readonly count: number
}

/** Cosines of a few emoji's words (rows) and pictures (columns). */
export interface Matrix {
  readonly emoji: readonly number[]
  readonly cosines: Float32Array
}

/** The pictures nearest to a text, nearest first; none for a text without anything that was ever learned. */
export interface Ranking {
  readonly step: number
  readonly text: string
  readonly found: readonly { readonly emoji: number; readonly cosine: number }[]
}

/** A run that failed can't go on; one that is done can, with more steps. */
export type RunState = 'running' | 'paused' | 'done' | 'failed'

/** What the worker tells the page. */
export type Report =
  | { readonly kind: 'ready'; readonly words: string }
  | { readonly kind: 'prepared'; readonly prepared: Prepared }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'ranking'; readonly ranking: Ranking }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'saved'; readonly file: Uint8Array; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }
