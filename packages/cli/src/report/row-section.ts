import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { type CheckpointOption, openTrained, type TaskRun } from '../open-run.ts'
import type { CommonOptions } from '../options.ts'
import { openRowGallery } from '../row-gallery.ts'
import { chosenOf, mapSection } from './map-section.ts'
import type { Markup } from './page.ts'

export interface SampleSectionOptions extends CommonOptions, CheckpointOption {
  /** How many samples the map shows. */
  readonly pictures: number
}

/** A map of the rows that a run was trained on. */
export async function rowSection(run: TaskRun, options: SampleSectionOptions): Promise<Markup> {
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const rows = await openRowGallery('report', run, model, {})
    return mapSection('rows', chosenOf(rows, options).features).markup
  } finally {
    disposeModel(model)
  }
}
