import * as Plot from '@observablehq/plot'
import { axis, colour, type Drawn, margins, style } from '../shell/curves.ts'
import { darkNow } from '../shell/dark-now.ts'
import type { Landscape } from './messages.ts'
import { squareIn, type View } from './view.ts'

const points = (values: Float32Array) =>
  Array.from({ length: values.length / 2 }, (_, i): [number, number] => [values[2 * i], values[2 * i + 1]])

/** A square map of the plane. */
function map(
  view: View,
  width: number,
  label: string,
  marks: Plot.Markish[],
  color?: Plot.ScaleOptions,
): Drawn {
  const { low, high } = view.box
  return Plot.plot({
    ...margins,
    marginLeft: 42,
    width,
    height: squareIn(width, 42),
    ariaLabel: label,
    style,
    x: { ...axis, domain: [low[0], high[0]], label: view.axes[0], ticks: 5 },
    y: { ...axis, domain: [low[1], high[1]], label: view.axes[1], ticks: 5 },
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
  const range = darkNow() ? ['#ff9f5a', '#1a1d26', '#6cb2ff'] : ['#c2570c', '#ffffff', '#1d63b8']
  return { type: 'linear', domain: [0, 0.5, 1], range, clamp: true } as const
}

const whenThere = 'Shown once the data are there.'

export function densityPlot(view: View, width: number): Drawn | string {
  const { landscape } = view
  if (landscape === undefined) return whenThere
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

export function decisionPlot(view: View, width: number): Drawn | string {
  const { landscape } = view
  if (landscape?.decision === undefined)
    return 'This objective has no classifier: it compares no data with noise.'
  const { values, options } = cells(landscape, landscape.decision)
  const label = `The classifier at step ${landscape.step}: 1 where a point is surely data, 0 where surely noise.`
  const marks = [
    Plot.raster(values, { ...options, imageRendering: 'auto' }),
    Plot.contour(values, { ...options, thresholds: [0.5], stroke: colour('text'), strokeWidth: 1.4 }),
  ]
  return map(view, width, label, marks, decisionColour())
}

export function chainsPlot(view: View, width: number): Drawn | string {
  const { landscape } = view
  if (landscape === undefined) return whenThere
  const label = `${landscape.chains.length / 2} Langevin samples of the model at step ${landscape.step}.`
  return map(view, width, label, [
    Plot.dot(points(view.rows), { r: 1.2, fill: colour('muted'), fillOpacity: 0.25 }),
    Plot.dot(points(landscape.chains), { r: 1.8, fill: colour('truth'), fillOpacity: 0.9 }),
  ])
}
