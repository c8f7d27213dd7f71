import type { BackendWish } from './chosen-backend.ts'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'

/** What a page asks of its worker. */
export type LabRequest<L extends LabKinds> =
  /** Before anything else; `page` is the page's own address. */
  | { readonly kind: 'start'; readonly backend: BackendWish; readonly page: string }
  | {
      readonly kind: 'begin'
      readonly settings: SettingsOf<L>
      readonly given?: L['given']
      /** Whether the run that is there is wanted back where none can be made. Default false. */
      readonly back?: boolean
    }
  /** `awaited`: a run that was asked for just before; where it could not be made, nothing goes on. */
  | { readonly kind: 'resume'; readonly awaited?: boolean }
  | { readonly kind: 'pause' }
  /** From the next step on, what of the settings may change while a run goes on. */
  | { readonly kind: 'change'; readonly settings: SettingsOf<L> }
  | { readonly kind: 'ask'; readonly asked: L['asked'] }
  | { readonly kind: 'save' }
  | { readonly kind: 'open'; readonly file: File }
  /** The run that is being made is not wanted any more. */
  | { readonly kind: 'stop' }

/** Losses by their steps. */
export type Losses = readonly { readonly step: number; readonly loss: number }[]

/** Figures of the run, some times a second; the losses are those since the last report. */
export interface Figures {
  readonly step: number
  readonly losses: Losses
  readonly stepsPerSecond: number
}

/** A run that failed can't go on; one that is done can, with more steps. */
export type RunState = 'running' | 'paused' | 'done' | 'failed'

/** A run as it stands before its next step. */
export interface Prepared<L extends LabKinds> {
  readonly settings: SettingsOf<L>
  readonly step: number
  /** The loss where nothing is told apart, in nats; absent where there is no such number. */
  readonly indifferentLoss?: number
  readonly about: L['about']
  /** Whether it was there before: what was asked for since could not be made. */
  readonly again: boolean
}

/** What a worker tells its page. */
export type LabReport<L extends LabKinds> =
  | { readonly kind: 'ready'; readonly words: string }
  /** What goes on before a run is there. */
  | { readonly kind: 'remark'; readonly words: string }
  | { readonly kind: 'prepared'; readonly prepared: Prepared<L> }
  | { readonly kind: 'figures'; readonly figures: Figures }
  | { readonly kind: 'shown'; readonly shown: L['shown'] }
  | { readonly kind: 'state'; readonly state: RunState }
  | { readonly kind: 'saved'; readonly file: Uint8Array; readonly name: string }
  | { readonly kind: 'failed'; readonly message: string }
