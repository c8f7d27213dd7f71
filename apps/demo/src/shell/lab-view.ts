import type { Lab } from './lab-face.ts'
import type { LabKinds } from './lab-kinds.ts'
import type { Prepared } from './messages.ts'
import type { PlotOf } from './plot-places.ts'

/** What plots look up of the run that is there. */
export type RunSeen<L extends LabKinds> = Pick<Lab<L>, 'prepared' | 'losses'>

/** What is kept of what a worker shows of a run, and the plots of it: the same in a lab and in a figure of another page. */
export interface LabView<L extends LabKinds, Name extends string = string> {
  readonly plots: Readonly<Record<Name, PlotOf>>
  /** Nothing is known any more of the run before. */
  clear(): void
  prepared?(prepared: Prepared<L>): void
  /** Takes what the worker shows; the plots that are then drawn anew. */
  show(shown: L['shown']): readonly Name[]
  /** Where the run stands. */
  sentence(step: number, loss: number | undefined): string
}
