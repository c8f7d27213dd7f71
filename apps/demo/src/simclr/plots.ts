import * as Plot from '@observablehq/plot'
import type { Look } from './messages.ts'

/** What the curves show. */
export interface Curves {
  readonly losses: readonly { readonly step: number; readonly loss: number }[]
  readonly chanceLoss: number
  readonly looks: readonly Look[]
  /** 1 over the number of classes. */
  readonly chance?: number
}

export type Drawn = (SVGSVGElement | HTMLElement) & Plot.Plot

const colour = (name: string) => `var(--${name})`
const style = { background: 'transparent', fontSize: '11px' }
const axis = { labelAnchor: 'center', labelArrow: 'none' } as const
const margins = { marginLeft: 52, marginRight: 16, marginTop: 10, marginBottom: 38 }

export function curve(width: number, label: string, y: Plot.ScaleOptions, marks: Plot.Markish[]): Drawn {
  return Plot.plot({
    ...margins,
    width,
    height: Math.min(Math.round(width * 0.8), 320),
    ariaLabel: label,
    style,
    x: { ...axis, label: 'step', ticks: 4, nice: true },
    y: { ...axis, ticks: 5, grid: true, nice: true, ...y },
    marks,
  }) as Drawn
}

/** Means of neighbouring steps, at most `most` of them. */
export function binned(losses: Curves['losses'], most: number): Curves['losses'] {
  const size = Math.ceil(losses.length / most)
  if (size <= 1) return losses
  return Array.from({ length: Math.ceil(losses.length / size) }, (_, i) => {
    const part = losses.slice(i * size, (i + 1) * size)
    const loss = part.reduce((sum, { loss }) => sum + loss, 0) / part.length
    return { step: part[part.length - 1].step, loss }
  })
}

export function lossPlot({ losses, chanceLoss }: Curves, width: number): Drawn | undefined {
  if (losses.length < 2) return undefined
  const last = losses[losses.length - 1]
  const label = `Loss: ${last.loss.toFixed(3)} nats at step ${last.step}; log(2N−1) is ${chanceLoss.toFixed(3)}.`
  return curve(width, label, { label: 'loss (nats)' }, [
    Plot.ruleY([chanceLoss], { stroke: colour('noise'), strokeDasharray: '5 4' }),
    Plot.lineY(binned(losses, 200), { x: 'step', y: 'loss', stroke: colour('data'), strokeWidth: 1.4 }),
  ])
}

function ofLooks(name: 'alignment' | 'uniformity', unit: string) {
  return ({ looks }: Curves, width: number): Drawn | undefined => {
    const last = looks.at(-1)
    if (last === undefined || looks.length < 2) return undefined
    const label = `${name}: ${last[name].toFixed(3)} at step ${last.step}.`
    return curve(width, label, { label: unit }, [
      Plot.lineY(looks, { x: 'step', y: name, stroke: colour('data'), strokeWidth: 1.6 }),
      Plot.dot(looks, { x: 'step', y: name, fill: colour('data'), r: 2.5 }),
    ])
  }
}

export const alignmentPlot = ofLooks('alignment', 'mean squared distance')
export const uniformityPlot = ofLooks('uniformity', 'log mean exp(−2 d²) (nats)')

export function accuracyPlot({ looks, chance }: Curves, width: number): Drawn | undefined {
  const known = looks.filter(({ learned }) => learned !== undefined)
  const [last] = known.slice(-1)
  if (known.length < 2 || last.learned === undefined || last.pixels === undefined) return undefined
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const label = `Accuracy of nearest neighbours: ${percent(last.learned.accuracy)} at step ${last.step}; by pixels ${percent(last.pixels.accuracy)}.`
  const rows = known.map(({ step, learned }) => ({ step, share: 100 * (learned?.accuracy ?? 0) }))
  return curve(width, label, { label: 'right answers (%)', domain: [0, 100] }, [
    Plot.ruleY([100 * last.pixels.accuracy], { stroke: colour('noise'), strokeDasharray: '5 4' }),
    ...(chance === undefined ? [] : [Plot.ruleY([100 * chance], { stroke: colour('muted') })]),
    Plot.lineY(rows, { x: 'step', y: 'share', stroke: colour('data'), strokeWidth: 1.6 }),
    Plot.dot(rows, { x: 'step', y: 'share', fill: colour('data'), r: 2.5 }),
  ])
}

/** The axes of the map; the pictures lie on a canvas over them. */
export function mapAxes({ places, step, shown }: Look, width: number): Drawn {
  const values = (axis: number) => Array.from({ length: places.length / 2 }, (_, i) => places[2 * i + axis])
  const label = `Map of ${shown.length} pictures by their embeddings at step ${step}: pictures that the encoder finds alike lie together.`
  return Plot.plot({
    ...margins,
    marginTop: 14,
    width,
    height: Math.round(Math.min(width * 0.85, 480)),
    ariaLabel: label,
    style,
    inset: 14,
    x: { ...axis, domain: around(values(0)), label: 'first component', ticks: 5 },
    y: { ...axis, domain: around(values(1)), label: 'second component', ticks: 5 },
    marks: [Plot.frame({ stroke: colour('line') })],
  }) as Drawn
}

/** The range of values; something to divide by where all are equal. */
function around(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return high > low ? [low, high] : [low - 1, high + 1]
}
