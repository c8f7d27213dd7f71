import * as Plot from '@observablehq/plot'
import { emptyDocument } from './empty-document.ts'
import type { Markup } from './page.ts'

/** The loss step by step, smoothed over it, and the loss of a model that knows nothing as a dashed line. */
export function lossCurve(
  log: readonly { readonly step: number; readonly loss: number }[],
  chance: number | undefined,
): Markup {
  const window = Math.max(1, Math.round(log.length / 50))
  const svg = Plot.plot({
    document: emptyDocument(),
    width: 720,
    height: 320,
    grid: true,
    x: { label: 'step' },
    y: { label: 'loss (nats)', nice: true },
    marks: [
      Plot.lineY(log, { x: 'step', y: 'loss', stroke: '#bbb', strokeWidth: 0.7 }),
      Plot.lineY(
        log,
        Plot.windowY({ k: window, anchor: 'middle' }, { x: 'step', y: 'loss', stroke: '#1f6fb4' }),
      ),
      ...(chance === undefined ? [] : [Plot.ruleY([chance], { stroke: '#c33', strokeDasharray: '4 3' })]),
    ],
  })
  return { html: svg.outerHTML }
}
