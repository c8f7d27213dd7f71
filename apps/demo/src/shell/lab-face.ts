import type { Fields } from './form.ts'
import type { LabKinds, SettingsOf } from './lab-kinds.ts'
import type { Figures, Losses, Prepared } from './messages.ts'
import type { PlotOf, PlotPlaces } from './plot-places.ts'

/** All that a lab's page says of its own; the shell does the rest. */
export interface LabPage<L extends LabKinds> {
  readonly worker: Worker
  readonly fields: Fields<SettingsOf<L>>
  /** What is drawn, by the plots' names; "loss" is drawn anew with the figures. */
  readonly plots: Readonly<Record<string, PlotOf>>
  /** The plot that follows the hand. */
  readonly urgent?: string
  /** Settings are chosen: the inputs that go with them are shown. */
  chosen?(settings: SettingsOf<L>): void
  /** What comes along with a new run; a string says what the user has yet to give. */
  given?(settings: SettingsOf<L>): { readonly given?: L['given'] } | string
  /** Whether the run button may begin a run. */
  startable?(): boolean
  /** Nothing is known any more of the run before. */
  clear(): void
  prepared?(prepared: Prepared<L>): void
  /** Settings have changed while a run goes on. */
  changed?(before: SettingsOf<L>, after: SettingsOf<L>): void
  /** Takes what the worker shows; the plots that are then drawn anew. */
  show(shown: L['shown']): readonly string[]
  /** Writes the figures that are the lab's own; none are known yet of a new run. */
  figures(figures: Figures | undefined): void
  /** Where the run stands, for a screen reader. */
  sentence(step: number, loss: number | undefined): string
  /** The run that was asked for could not be made. */
  failed?(settings: SettingsOf<L>): void
  /** Takes what was dropped on the page and is no run file. */
  dropped?(dropped: DataTransfer): void
}

/** What a lab can ask of its page. */
export interface Lab<L extends LabKinds> extends PlotPlaces {
  readonly ask: (asked: L['asked']) => void
  /** Begins a run of what the form says. */
  readonly begin: () => void
  /** Forgets the run that is there, since what it was made of is no more. */
  readonly leave: () => void
  readonly settings: () => SettingsOf<L>
  readonly prepared: () => Prepared<L> | undefined
  readonly losses: () => Losses
  readonly announce: (words: string) => void
}
