import * as Plot from '@observablehq/plot'
import type { Losses } from './messages.ts'

export type Drawn = (SVGSVGElement | HTMLElement) & Plot.Plot

export const colour = (name: string) => `var(--${name})`
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`
export const style = { background: 'transparent', fontSize: '11px' }
export const axis = { labelAnchor: 'center', labelArrow: 'none' } as const
export const margins = { marginLeft: 52, marginRight: 16, marginTop: 10, marginBottom: 38 }

/** What stands where curves are not known yet. */
export const whenTraining = 'Shown once training has begun.'

/** A curve over steps with its own y axis. */
export function curve(
  width: number,
  label: string,
  y: Plot.ScaleOptions,
  marks: Plot.Markish[],
  size: { readonly height?: number; readonly marginLeft?: number } = {},
): Drawn {
  return Plot.plot({
    ...margins,
    width,
    height: Math.min(Math.round(width * 0.8), 320),
    ...size,
    ariaLabel: label,
    style,
    x: { ...axis, label: 'step', ticks: 4, nice: true },
    y: { ...axis, ticks: 5, grid: true, nice: true, ...y },
    marks,
  }) as Drawn
}

/** Means of neighbouring steps, at most `most` of them. */
export function binned(losses: Losses, most: number): Losses {
  const size = Math.ceil(losses.length / most)
  if (size <= 1) return losses
  return Array.from({ length: Math.ceil(losses.length / size) }, (_, i) => {
    const part = losses.slice(i * size, (i + 1) * size)
    const loss = part.reduce((sum, { loss }) => sum + loss, 0) / part.length
    return { step: part[part.length - 1].step, loss }
  })
}

/** The line of losses. */
export const lossLine = (losses: Losses) =>
  Plot.lineY(losses, { x: 'step', y: 'loss', stroke: colour('data'), strokeWidth: 1.4 })

/** A line across at a loss that means something. */
export const lossRule = (loss: number) =>
  Plot.ruleY([loss], { stroke: colour('noise'), strokeDasharray: '5 4' })

/** The loss in nats beside that of telling nothing apart, which `formula` gives. */
export function lossPlot(
  losses: Losses,
  indifferent: number | undefined,
  formula: string,
  width: number,
): Drawn | string {
  const last = losses.at(-1)
  if (last === undefined || losses.length < 2 || indifferent === undefined) return whenTraining
  const label = `Loss: ${last.loss.toFixed(3)} nats at step ${last.step}; ${formula} is ${indifferent.toFixed(3)}.`
  return curve(width, label, { label: 'loss (nats)' }, [lossRule(indifferent), lossLine(binned(losses, 200))])
}

/** What is measured at each look: a line through dots. */
export function lookMarks<Row>(rows: readonly Row[], y: keyof Row & string, hue = 'data'): Plot.Markish[] {
  return [
    Plot.lineY(rows, { x: 'step', y, stroke: colour(hue), strokeWidth: 1.6 }),
    Plot.dot(rows, { x: 'step', y, fill: colour(hue), r: 2.5 }),
  ]
}
