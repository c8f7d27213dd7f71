import type { ClipConfig, ClipModel, DataKinds } from '@chiaro/tasks'
import type { LabKinds } from '../shell/lab-kinds.ts'
import type { Sheet } from '../shell/sheet.ts'
import type { Atlas } from './atlas.ts'
import type { Settings } from './settings.ts'

/** What the page is told of a new run. */
export interface About {
  /** The drawings never trained on, and what each is called. */
  readonly sheet: Sheet
  readonly names: readonly string[]
  readonly seen: number
  readonly unseen: number
  /** Why the run is only looked at, in a sentence. */
  readonly remark?: string
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

export interface ClipLab extends LabKinds {
  readonly made: {
    readonly settings: Settings
    readonly config: ClipConfig
    readonly data: DataKinds['pairs']
    readonly atlas: Atlas
    readonly onlyLooked?: string
  }
  readonly model: ClipModel
  readonly about: About
  readonly given: never
  /** A text, to which the nearest pictures are shown now and after every look. */
  readonly asked: string
  readonly shown:
    | { readonly kind: 'look'; readonly look: Look }
    | { readonly kind: 'ranking'; readonly ranking: Ranking }
    /** The logit scale as it is learned. */
    | { readonly kind: 'scale'; readonly scale: number }
}
