import * as Plot from '@observablehq/plot'
import {
  axis,
  colour,
  curve,
  type Drawn,
  lookMarks,
  margins,
  percent,
  style,
  whenTraining,
} from '../shell/curves.ts'
import type { Look } from './messages.ts'

function ofLooks(name: 'alignment' | 'uniformity', unit: string) {
  return (looks: readonly Look[], width: number): Drawn | string => {
    const last = looks.at(-1)
    if (last === undefined || looks.length < 2) return whenTraining
    const label = `${name}: ${last[name].toFixed(3)} at step ${last.step}.`
    return curve(width, label, { label: unit }, lookMarks(looks, name))
  }
}

export const alignmentPlot = ofLooks('alignment', 'mean squared distance')
export const uniformityPlot = ofLooks('uniformity', 'log mean exp(−2 d²) (nats)')

/** `classes` is how many there are, where they are known. */
export function accuracyPlot(
  looks: readonly Look[],
  classes: number | undefined,
  width: number,
): Drawn | string {
  if (classes === undefined) return 'Needs classes: a folder whose pictures lie in sub-folders has them.'
  const known = looks.filter(({ learned }) => learned !== undefined)
  const { learned, pixels, step } = known.at(-1) ?? {}
  if (known.length < 2 || learned === undefined || pixels === undefined) return whenTraining
  const label = `Accuracy of nearest neighbours: ${percent(learned.accuracy)} at step ${step}; by pixels ${percent(pixels.accuracy)}.`
  const rows = known.map(({ step, learned }) => ({ step, share: 100 * (learned?.accuracy ?? 0) }))
  return curve(width, label, { label: 'right answers (%)', domain: [0, 100] }, [
    Plot.ruleY([100 * pixels.accuracy], { stroke: colour('noise'), strokeDasharray: '5 4' }),
    Plot.ruleY([100 / classes], { stroke: colour('muted') }),
    ...lookMarks(rows, 'share'),
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
