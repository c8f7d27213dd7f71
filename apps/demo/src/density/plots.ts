import * as Plot from '@observablehq/plot'
import { binned, colour, curve, type Drawn, lossLine, lossRule, whenTraining } from '../shell/curves.ts'
import { isInNats } from './figures.ts'
import { squareIn, type View } from './view.ts'

/** A square curve over steps, with what changed meanwhile. */
function changing(
  { changes }: View,
  width: number,
  label: string,
  y: Plot.ScaleOptions,
  marks: Plot.Markish[],
): Drawn {
  const changed = [
    Plot.ruleX(changes, { x: 'step', stroke: colour('muted'), strokeDasharray: '2 3' }),
    Plot.text(changes, {
      x: 'step',
      text: 'label',
      frameAnchor: 'top',
      textAnchor: 'end',
      rotate: -90,
      dx: -6,
      fill: colour('muted'),
    }),
  ]
  const size = { marginLeft: 58, height: squareIn(width, 58) }
  return curve(width, label, y, [...marks, ...changed], size)
}

export function lossPlot(view: View, width: number): Drawn | string {
  const losses = binned(view.losses, 300)
  if (losses.length < 2) return whenTraining
  const { optimum, indifferent } = view
  // The first steps of a fresh model may be far off: the axis shows what comes after.
  const later = losses.slice(Math.floor(losses.length / 20)).map(({ loss }) => loss)
  const marked = [...later, optimum, indifferent].filter(value => value !== undefined)
  const domain = [Math.min(...marked), Math.max(...marked)]
  const last = losses[losses.length - 1]
  const label = `Loss: ${last.loss.toFixed(3)} at step ${last.step}.`
  const unit = isInNats(view.objective) ? 'nats' : '1 / (unit of the data)²'
  return changing(view, width, label, { label: `loss (${unit})`, domain, clamp: true }, [
    ...(indifferent === undefined ? [] : [lossRule(indifferent)]),
    ...(optimum === undefined ? [] : [Plot.ruleY([optimum], { stroke: colour('truth'), strokeWidth: 1.5 })]),
    lossLine(losses),
  ])
}

export function partitionPlot(view: View, width: number): Drawn | string {
  const { partitions } = view
  if (partitions.length < 2) return whenTraining
  const last = partitions[partitions.length - 1]
  const learned = partitions.filter(row => row.learned !== undefined)
  const label = `log Z on the grid: ${last.grid.toFixed(3)} nats at step ${last.step}.`
  return changing(view, width, label, { label: 'log Z (nats)' }, [
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
