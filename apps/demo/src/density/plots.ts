import * as Plot from '@observablehq/plot'
import type { Landscape } from './messages.ts'

/** Everything the plots show; what is absent is not drawn yet. */
export interface View {
  readonly axes: readonly [string, string]
  readonly box: Landscape['box']
  readonly rows: Float32Array
  readonly noiseRows: Float32Array
  readonly landscape?: Landscape
  readonly losses: readonly { readonly step: number; readonly loss: number }[]
  readonly lossUnit: string
  readonly optimum?: number
  readonly indifferent?: number
  readonly partitions: readonly {
    readonly step: number
    readonly grid: number
    readonly learned?: number
  }[]
  /** Where noise or ν changed in mid-run. */
  readonly changes: readonly { readonly step: number; readonly label: string }[]
  /** Where the keyboard's cross stands, when points are drawn. */
  readonly cross?: readonly [number, number]
}

export type Drawn = (SVGSVGElement | HTMLElement) & Plot.Plot

const points = (values: Float32Array) =>
  Array.from({ length: values.length / 2 }, (_, i): [number, number] => [values[2 * i], values[2 * i + 1]])

const colour = (name: string) => `var(--${name})`

const margins = { marginLeft: 42, marginRight: 16, marginTop: 10, marginBottom: 38 }

/** A square map of the plane. */
function map(
  view: View,
  width: number,
  label: string,
  marks: Plot.Markish[],
  color?: Plot.ScaleOptions,
): Drawn {
  const { low, high } = view.box
  const inner = width - margins.marginLeft - margins.marginRight
  return Plot.plot({
    ...margins,
    width,
    height: inner + margins.marginTop + margins.marginBottom,
    ariaLabel: label,
    style: { background: 'transparent', fontSize: '11px' },
    x: {
      domain: [low[0], high[0]],
      label: view.axes[0],
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
    },
    y: {
      domain: [low[1], high[1]],
      label: view.axes[1],
      labelAnchor: 'center',
      labelArrow: 'none',
      ticks: 5,
    },
    color,
    marks: [...marks, Plot.frame({ stroke: colour('line') })],
    clip: true,
  }) as Drawn
}

export function rowsPlot(view: View, width: number): Drawn {
  const cross = view.cross === undefined ? [] : [view.cross]
  const label = `Data and noise: ${view.rows.length / 2} points of the data, ${view.noiseRows.length / 2} of the noise.`
  return map(view, width, label, [
    Plot.dot(points(view.noiseRows), { r: 1.6, fill: colour('noise'), fillOpacity: 0.55 }),
    Plot.dot(points(view.rows), { r: 1.6, fill: colour('data'), fillOpacity: 0.75 }),
    Plot.dot(cross, { r: 7, symbol: 'cross', stroke: colour('text'), strokeWidth: 1.5 }),
  ])
}

/** How far below its peak a density is shown, in nats. */
const deepest = 8

/** Cells over the box; values go row by row from the bottom. */
function cells({ box, points: n }: Landscape, values: ArrayLike<number>) {
  return {
    values: Array.from(values),
    options: { width: n, height: n, x1: box.low[0], x2: box.high[0], y1: box.low[1], y2: box.high[1] },
  }
}

export const densityColour = { type: 'linear', domain: [-deepest, 0], scheme: 'magma', clamp: true } as const
/** Noise's colour at 0, data's at 1, and the card's between them. */
export function decisionColour() {
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  const range = dark ? ['#ff9f5a', '#1a1d26', '#6cb2ff'] : ['#c2570c', '#ffffff', '#1d63b8']
  return { type: 'linear', domain: [0, 0.5, 1], range, clamp: true } as const
}

export function densityPlot(view: View, width: number): Drawn | undefined {
  const { landscape } = view
  if (landscape === undefined) return undefined
  const peak = landscape.logDensity.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const { values, options } = cells(
    landscape,
    landscape.logDensity.map(value => Math.max(value - peak, -deepest)),
  )
  const label = `The learned density at step ${landscape.step}: brightest where it is highest.`
  const marks = [
    Plot.raster(values, { ...options, imageRendering: 'auto' }),
    Plot.contour(values, {
      ...options,
      thresholds: [-6, -4, -2, -1, -0.3],
      stroke: '#fff',
      strokeOpacity: 0.35,
    }),
  ]
  return map(view, width, label, marks, densityColour)
}

export function decisionPlot(view: View, width: number): Drawn | undefined {
  const { landscape } = view
  if (landscape?.decision === undefined) return undefined
  const { values, options } = cells(landscape, landscape.decision)
  const label = `The classifier at step ${landscape.step}: 1 where a point is surely data, 0 where surely noise.`
  const marks = [
    Plot.raster(values, { ...options, imageRendering: 'auto' }),
    Plot.contour(values, { ...options, thresholds: [0.5], stroke: colour('text'), strokeWidth: 1.4 }),
  ]
  return map(view, width, label, marks, decisionColour())
}

export function chainsPlot(view: View, width: number): Drawn | undefined {
  const { landscape } = view
  if (landscape === undefined) return undefined
  const label = `${landscape.chains.length / 2} Langevin samples of the model at step ${landscape.step}.`
  return map(view, width, label, [
    Plot.dot(points(view.rows), { r: 1.2, fill: colour('muted'), fillOpacity: 0.25 }),
    Plot.dot(points(landscape.chains), { r: 1.8, fill: colour('truth'), fillOpacity: 0.9 }),
  ])
}

/** Means of neighbouring steps, at most `most` of them. */
export function binned(losses: View['losses'], most: number): View['losses'] {
  const size = Math.ceil(losses.length / most)
  if (size <= 1) return losses
  return Array.from({ length: Math.ceil(losses.length / size) }, (_, i) => {
    const part = losses.slice(i * size, (i + 1) * size)
    return {
      step: part[part.length - 1].step,
      loss: part.reduce((sum, { loss }) => sum + loss, 0) / part.length,
    }
  })
}

/** A curve over steps with its own y axis. */
function curve(view: View, width: number, label: string, y: Plot.ScaleOptions, marks: Plot.Markish[]): Drawn {
  const inner = width - margins.marginLeft - margins.marginRight
  return Plot.plot({
    ...margins,
    marginLeft: 58,
    width,
    height: inner + margins.marginTop + margins.marginBottom,
    ariaLabel: label,
    style: { background: 'transparent', fontSize: '11px' },
    x: { label: 'step', labelAnchor: 'center', labelArrow: 'none', ticks: 4, nice: true },
    y: { labelAnchor: 'center', labelArrow: 'none', ticks: 5, grid: true, nice: true, ...y },
    marks: [
      ...marks,
      Plot.ruleX(view.changes, { x: 'step', stroke: colour('muted'), strokeDasharray: '2 3' }),
      Plot.text(view.changes, {
        x: 'step',
        text: 'label',
        frameAnchor: 'top',
        textAnchor: 'end',
        rotate: -90,
        dx: -6,
        fill: colour('muted'),
      }),
    ],
  }) as Drawn
}

export function lossPlot(view: View, width: number): Drawn | undefined {
  const losses = binned(view.losses, 300)
  if (losses.length < 2) return undefined
  const { optimum, indifferent } = view
  // The first steps of a fresh model may be far off: the axis shows what comes after.
  const later = losses.slice(Math.floor(losses.length / 20)).map(({ loss }) => loss)
  const marked = [...later, optimum, indifferent].filter(value => value !== undefined)
  const domain = [Math.min(...marked), Math.max(...marked)]
  const last = losses[losses.length - 1]
  const label = `Loss: ${last.loss.toFixed(3)} at step ${last.step}.`
  return curve(view, width, label, { label: `loss (${view.lossUnit})`, domain, clamp: true }, [
    ...(indifferent === undefined
      ? []
      : [Plot.ruleY([indifferent], { stroke: colour('noise'), strokeDasharray: '5 4' })]),
    ...(optimum === undefined ? [] : [Plot.ruleY([optimum], { stroke: colour('truth'), strokeWidth: 1.5 })]),
    Plot.lineY(losses, { x: 'step', y: 'loss', stroke: colour('data'), strokeWidth: 1.4 }),
  ])
}

export function partitionPlot(view: View, width: number): Drawn | undefined {
  const { partitions } = view
  if (partitions.length < 2) return undefined
  const last = partitions[partitions.length - 1]
  const learned = partitions.filter(row => row.learned !== undefined)
  const label = `log Z on the grid: ${last.grid.toFixed(3)} nats at step ${last.step}.`
  return curve(view, width, label, { label: 'log Z (nats)' }, [
    Plot.lineY(partitions, { x: 'step', y: 'grid', stroke: colour('truth'), strokeWidth: 1.8 }),
    Plot.lineY(learned, {
      x: 'step',
      y: 'learned',
      stroke: colour('data'),
      strokeDasharray: '5 3',
      strokeWidth: 1.8,
    }),
  ])
}
