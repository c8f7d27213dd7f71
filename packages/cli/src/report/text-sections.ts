import { useBackend } from '@chiaro/backend'
import { disposeModel } from '@chiaro/core'
import { nearestRows } from '@chiaro/evaluate'
import type { Features } from '@chiaro/tasks'
import * as tf from '@tensorflow/tfjs-core'
import { openTrained, type TaskRun } from '../open-run.ts'
import { openTextGallery } from '../text-gallery.ts'
import { mapClasses } from './map-classes.ts'
import { chosenOf, mapSection } from './map-section.ts'
import { type Markup, section, table } from './page.ts'
import type { SampleSectionOptions } from './row-section.ts'

/** A map of the sentences that a run was trained on, coloured by their classes, and the nearest of some. */
export async function textSections(run: TaskRun, options: SampleSectionOptions): Promise<Markup[]> {
  await useBackend(options.backend, options)
  const model = await openTrained(run, options)
  try {
    const all = await openTextGallery('report', { ...run, model }, {})
    const { chosen, features } = chosenOf(all, options)
    const { texts, classes: labels, classNames = [] } = all
    const classes = labels && mapClasses({ names: texts }, { labels, classNames }, chosen)
    const { markup, differ } = mapSection('sentences', features, classes)
    const names = Array.from(chosen, row => texts[row])
    const nearest = differ
      ? ['By cosine, among these sentences.', await neighbourTexts(features, names)]
      : ['All embeddings are the same: no sentence is nearer than another.']
    return [markup, section('Nearest neighbours', ...nearest)]
  } finally {
    disposeModel(model)
  }
}

/** Each of the first sentences, and under it those nearest to it. */
async function neighbourTexts(
  { vectors, dimension }: Features,
  names: readonly string[],
  { queries = 8, neighbours = 3 } = {},
): Promise<Markup> {
  const asked = Math.min(queries, names.length)
  const query = tf.tensor2d(vectors.subarray(0, asked * dimension), [asked, dimension])
  const found = await nearestRows(query, [{ vectors, names }], { top: neighbours + 1 }).finally(() =>
    query.dispose(),
  )
  const lines = found.flatMap((rows, i) => [
    [names[i], ''],
    ...rows
      .filter(({ row }) => row !== i)
      .slice(0, neighbours)
      .map(({ row, score }) => [`– ${names[row]}`, score.toFixed(3)]),
  ])
  return table([['sentence', 'similarity'], ...lines])
}
