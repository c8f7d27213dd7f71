import * as Plot from '@observablehq/plot'
import { decisionColour, densityColour } from './maps.ts'

const size = {
  width: 220,
  height: 34,
  marginTop: 4,
  marginBottom: 16,
  marginLeft: 12,
  marginRight: 12,
  ticks: 4,
}
const style = { background: 'transparent', color: 'inherit' }

/** What the colours of the maps mean, once: the scales never change but with the page's own colours. */
export function drawLegends(): void {
  captionOf('density').append(Plot.legend({ ...size, style, color: densityColour }))
  const ofDecision = () => Plot.legend({ ...size, style, color: decisionColour() })
  let decision = ofDecision()
  captionOf('decision').append(decision)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    const next = ofDecision()
    decision.replaceWith(next)
    decision = next
  })
}

const captionOf = (name: string) => document.querySelector(`[data-plot="${name}"] figcaption`) as HTMLElement
