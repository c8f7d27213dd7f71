import * as Plot from '@observablehq/plot'
import { binned, curve, type Drawn } from '../simclr/plots.ts'
import type { Look } from './messages.ts'

/** What the plots show. */
export interface Shown {
  readonly losses: readonly { readonly step: number; readonly loss: number }[]
  readonly chanceLoss: number
  readonly looks: readonly Look[]
  readonly names: readonly string[]
  /** A picture's address for an `<image>`. */
  readonly pictureOf: (emoji: number) => string
}

const colour = (name: string) => `var(--${name})`
const percent = (share: number) => `${(100 * share).toFixed(1)} %`
const style = { background: 'transparent', fontSize: '11px' }

export function lossPlot({ losses, chanceLoss }: Shown, width: number): Drawn | undefined {
  if (losses.length < 2) return undefined
  const last = losses[losses.length - 1]
  const label = `Loss: ${last.loss.toFixed(3)} nats at step ${last.step}; log N is ${chanceLoss.toFixed(3)}.`
  return curve(width, label, { label: 'loss (nats)' }, [
    Plot.ruleY([chanceLoss], { stroke: colour('noise'), strokeDasharray: '5 4' }),
    Plot.lineY(binned(losses, 200), { x: 'step', y: 'loss', stroke: colour('data'), strokeWidth: 1.4 }),
  ])
}

const recalls = [
  ['first', 'data'],
  ['ten', 'truth'],
  ['unseenTen', 'noise'],
] as const

export function recallPlot({ looks }: Shown, width: number): Drawn | undefined {
  const last = looks.at(-1)
  if (last === undefined || looks.length < 2) return undefined
  const label = `Recall: the right picture first for ${percent(last.first.share)}, among ten for ${percent(last.ten.share)}; of emoji never seen among ten for ${percent(last.unseenTen.share)}.`
  return curve(
    width,
    label,
    { label: 'right answers (%)', domain: [0, 100] },
    recalls.flatMap(([name, hue]) => {
      const rows = looks.map(look => ({ step: look.step, share: 100 * look[name].share }))
      return [
        Plot.ruleY([100 * last[name].chance], { stroke: colour(hue), strokeDasharray: '2 4' }),
        Plot.lineY(rows, { x: 'step', y: 'share', stroke: colour(hue), strokeWidth: 1.6 }),
        Plot.dot(rows, { x: 'step', y: 'share', fill: colour(hue), r: 2.5 }),
      ]
    }),
  )
}

/** The cosine of each of a few emoji's words with each of their pictures: the diagonal is what belongs together. */
export function matrixPlot({ looks, names, pictureOf }: Shown, width: number): Drawn | undefined {
  const last = looks.at(-1)
  if (last === undefined) return undefined
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
    x: {
      axis: 'bottom',
      label: 'words (rows) beside pictures (columns)',
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: [],
    },
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

export function groupsPlot({ looks }: Shown, width: number): Drawn | undefined {
  const last = looks.at(-1)
  if (last === undefined) return undefined
  const { ofGroups, chance, share } = last.zeroShot
  return Plot.plot({
    width,
    height: Math.min(Math.round(width * 0.8), 320),
    marginLeft: 74,
    marginRight: 16,
    marginBottom: 38,
    ariaLabel: `Groups told without training on them: ${percent(share)} of all pictures at step ${last.step}; by chance ${percent(chance)}.`,
    style,
    x: {
      label: 'right group (%)',
      labelAnchor: 'center',
      labelArrow: 'none',
      domain: [0, 100],
      ticks: 5,
      grid: true,
    },
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
