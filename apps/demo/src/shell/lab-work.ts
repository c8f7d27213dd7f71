import type { RandomKey } from '@chiaro/core'
import type { AnyTask } from '@chiaro/tasks'
import type { Checkpoint, DataFingerprint, ReadRun } from '@chiaro/train'
import type { Advice } from './in-words.ts'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'

/** A run that is there. */
export interface LabRun<L extends LabKinds> {
  readonly made: L['made']
  readonly model: L['model']
  readonly key: RandomKey
  /** Its settings and its config as they stand: what may change while it goes on may have. */
  readonly now: Pick<L['made'], 'settings' | 'config'>
}

/** What a lab shows of one run, and what it keeps for that. */
export interface Watch<L extends LabKinds> {
  readonly about: L['about']
  /** Everything that is shown of the model as it stands after a step. */
  look(step: number): Promise<void>
  /** What the step after this one is made of: with a new run, and now and then. */
  preview?(step: number): Promise<void>
  /** Settings have changed. */
  changed?(step: number, running: boolean): Promise<void>
  /** What is told as often as figures are. */
  tell?(): Promise<void>
  ask?(asked: L['asked']): Promise<void>
  /** A checkpoint as it is to be saved. */
  stored?(checkpoint: Checkpoint): Checkpoint
  dispose?(): void
}

/** Milliseconds between two reports of figures, and at least between two looks and two previews. */
export interface Pace {
  readonly figures: number
  readonly look: number
  /** Training takes so many times as long as looks. */
  readonly share: number
  readonly preview?: number
}

/** How a lab's worker reaches its page. */
export interface ToPage<L extends LabKinds> {
  /** The page's address. */
  readonly address: string
  show(shown: L['shown']): void
  /** Says what goes on before a run is there. */
  remark(words: string): void
  /** Whether a later run waits, or none is wanted any more: what is made for this one would be seen by nobody. */
  superseded(): boolean
}

/** All that a lab's worker says of its own; the session does the rest. */
export interface LabWork<L extends LabKinds> {
  readonly task: AnyTask
  /** As people call it: "no CLIP run". */
  readonly title: string
  readonly pace: Pace
  readonly advice: Advice
  /** What a new run is made of. */
  fresh(settings: SettingsOf<L>, given?: L['given']): Promise<L['made']>
  /** What a run of a file is made of. @throws ChiaroError ('run') in words where the page can't go on with it */
  opened(run: ReadRun, seed: number): Promise<L['made']>
  /** The run's config with other settings. */
  changed(run: LabRun<L>, settings: SettingsOf<L>): L['made']['config'] | Promise<L['made']['config']>
  /** What `run.json` says besides, what tells its data, what lies beside it, and a word for the file's name. */
  kept(run: LabRun<L>): {
    readonly config: object
    readonly data?: DataFingerprint
    readonly beside?: Readonly<Record<string, Uint8Array>>
    readonly name: string
  }
  watch(run: LabRun<L>): Watch<L> | Promise<Watch<L>>
}
