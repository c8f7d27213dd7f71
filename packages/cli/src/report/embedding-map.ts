import type { Features } from '@chiaro/tasks'
import * as Plot from '@observablehq/plot'
import { PCA } from 'ml-pca'
import { emptyDocument } from './empty-document.ts'
import type { MapClasses } from './map-classes.ts'
import type { Markup } from './page.ts'

/** The two directions in which unit embeddings vary most, a point a picture, coloured by class where there are any. */
export function embeddingMap(
  { vectors, dimension }: Features,
  classes: MapClasses | undefined,
): Markup & { readonly explained: number | undefined } {
  const rows = Array.from({ length: vectors.length / dimension }, (_, i) => {
    const row = Array.from(vectors.subarray(i * dimension, (i + 1) * dimension))
    const length = Math.hypot(...row) || 1
    return row.map(value => value / length)
  })
  const pca = new PCA(rows, { method: 'NIPALS', nCompNIPALS: 2, center: true, scale: false })
  const points = pca
    .predict(rows, { nComponents: 2 })
    .to2DArray()
    .map(([x, y], i) => ({ x, y, class: classes?.ofPoint[i] }))
  const svg = Plot.plot({
    document: emptyDocument(),
    width: 720,
    height: 560,
    x: { label: 'first component' },
    y: { label: 'second component' },
    color: { type: 'ordinal', scheme: 'tableau10', domain: classes?.domain, legend: classes !== undefined },
    marks: [Plot.dot(points, { x: 'x', y: 'y', r: 2, fill: classes === undefined ? '#1f6fb4' : 'class' })],
  })
  const means = rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length)
  const spread = (values: readonly number[][], centre: readonly number[]) =>
    values.reduce((sum, row) => row.reduce((part, value, j) => part + (value - centre[j]) ** 2, sum), 0)
  const kept = spread(
    points.map(({ x, y }) => [x, y]),
    [0, 0],
  )
  // Of rows that are equal but for rounding there is no share to speak of.
  const all = spread(rows, means)
  const explained = all / rows.length < 1e-10 ? undefined : Math.min(1, kept / all)
  return { html: svg.outerHTML, explained }
}
