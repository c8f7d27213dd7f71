import * as Plot from '@observablehq/plot'
import { axis, colour, curve, type Drawn, lookMarks, percent, style, whenTraining } from '../shell/curves.ts'
import type { Look } from './messages.ts'

const recalls = [
  ['first', 'data'],
  ['ten', 'truth'],
  ['unseenTen', 'noise'],
] as const

export function recallPlot(looks: readonly Look[], width: number): Drawn | string {
  const last = looks.at(-1)
  if (last === undefined || looks.length < 2) return whenTraining
  const label = `Recall: the right picture first for ${percent(last.first.share)}, among ten for ${percent(last.ten.share)}; of emoji never seen among ten for ${percent(last.unseenTen.share)}.`
  return curve(
    width,
    label,
    { label: 'right answers (%)', domain: [0, 100] },
    recalls.flatMap(([name, hue]) => {
      const rows = looks.map(look => ({ step: look.step, share: 100 * look[name].share }))
      return [
        Plot.ruleY([100 * last[name].chance], { stroke: colour(hue), strokeDasharray: '2 4' }),
        ...lookMarks(rows, 'share', hue),
      ]
    }),
  )
}

/** The cosine of each of a few emoji's words with each of their pictures: the diagonal is what belongs together. */
export function matrixPlot(
  looks: readonly Look[],
  names: readonly string[],
  pictureOf: (emoji: number) => string,
  width: number,
): Drawn | string {
  const last = looks.at(-1)
  if (last === undefined) return whenTraining
  const { emoji, cosines } = last.matrix
  const size = emoji.length
  const cells = Array.from(cosines, (cosine, i) => ({ row: Math.floor(i / size), column: i % size, cosine }))
  const mean = (own: boolean) => {
    const some = cells.filter(({ row, column }) => (row === column) === own)
    return some.reduce((sum, { cosine }) => sum + cosine, 0) / some.length
  }
  const wide = width > 420
  const named = (row: number) => {
    const name = names[emoji[row]]
    return name.length > 22 ? `${name.slice(0, 21)}…` : name
  }
  return Plot.plot({
    width,
    height: Math.min(Math.round(width * 0.75) + 60, 480),
    marginLeft: wide ? 140 : 24,
    marginRight: 8,
    marginTop: 34,
    marginBottom: 44,
    ariaLabel: `Cosines of ${size} emoji’s words with their pictures at step ${last.step}: ${mean(true).toFixed(2)} on average where they belong together, else ${mean(false).toFixed(2)}.`,
    style,
    x: { ...axis, axis: 'bottom', label: 'words (rows) beside pictures (columns)', ticks: [] },
    y: wide
      ? { label: null, tickFormat: named, tickSize: 0 }
      : { label: null, tickFormat: (row: number) => String(row + 1), tickSize: 0 },
    color: { type: 'diverging', scheme: 'BuRd', domain: [-1, 1], pivot: 0, label: 'cosine', legend: true },
    marks: [
      Plot.cell(cells, {
        x: 'column',
        y: 'row',
        fill: 'cosine',
        inset: 0.5,
        title: ({ row, column, cosine }) =>
          `${names[emoji[row]]} – picture of ${names[emoji[column]]}: ${cosine.toFixed(2)}`,
      }),
      Plot.image(emoji, {
        x: (_, i) => i,
        frameAnchor: 'top',
        dy: -16,
        src: (one: number) => pictureOf(one),
        width: wide ? 22 : 16,
      }),
    ],
  }) as Drawn
}

export function groupsPlot(looks: readonly Look[], width: number): Drawn | string {
  const last = looks.at(-1)
  if (last === undefined) return whenTraining
  const { ofGroups, chance, share } = last.zeroShot
  return Plot.plot({
    width,
    height: Math.min(Math.round(width * 0.8), 320),
    marginLeft: 74,
    marginRight: 16,
    marginBottom: 38,
    ariaLabel: `Groups told without training on them: ${percent(share)} of all pictures at step ${last.step}; by chance ${percent(chance)}.`,
    style,
    x: { ...axis, label: 'right group (%)', domain: [0, 100], ticks: 5, grid: true },
    y: { label: null, domain: ofGroups.map(({ group }) => group), tickSize: 0 },
    marks: [
      Plot.barX(ofGroups, {
        x: ({ share }) => 100 * share,
        y: 'group',
        fill: colour('data'),
        inset: 2,
        title: ({ group, share, count }) => `${group}: ${percent(share)} of ${count}`,
      }),
      Plot.ruleX([100 * chance], { stroke: colour('noise'), strokeDasharray: '5 4' }),
    ],
  }) as Drawn
}
