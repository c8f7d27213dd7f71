import * as Plot from '@observablehq/plot'
import {
  chainsPlot,
  type Drawn,
  decisionColour,
  decisionPlot,
  densityColour,
  densityPlot,
  lossPlot,
  partitionPlot,
  rowsPlot,
  type View,
} from './plots.ts'

const plots: Readonly<Record<string, (view: View, width: number) => Drawn | undefined>> = {
  rows: rowsPlot,
  density: densityPlot,
  decision: decisionPlot,
  chains: chainsPlot,
  loss: lossPlot,
  partition: partitionPlot,
}

const whyEmpty: Readonly<Record<string, string>> = {
  density: 'Shown once the data are there.',
  decision: 'This objective has no classifier: it compares no data with noise.',
  chains: 'Shown once the data are there.',
  loss: 'Shown once training has begun.',
  partition: 'Shown once training has begun.',
}

/** A frame of more milliseconds than this was missed, at 60 a second. */
const longFrame = 24
/** Frames without a plot after one that was long: of 25 frames at most one is then missed. */
const rest = 24

/** Draws what has changed: a plot a frame where plots are quick, and else so few, while `busy`, that the page stays smooth. */
export function createPainter(
  view: () => View,
  onDrawn: (name: string, plot: Drawn) => void,
  busy: () => boolean,
) {
  const holders = new Map(
    Object.keys(plots).map(name => [
      name,
      document.querySelector<HTMLElement>(`[data-plot="${name}"] .plot`),
    ]),
  )
  const stale: string[] = []
  let asked = false
  let resting = 0
  let before: number | undefined

  function paint(now: number) {
    asked = false
    // The gap holds what the last plot cost in all: script, layout and pixels.
    if (before !== undefined && now - before > longFrame) resting = rest
    before = undefined
    // The plot that is drawn on follows the hand at once.
    const urgent = stale.includes('rows')
    if (resting > 0 && !urgent && busy()) {
      resting--
      return ask()
    }
    const [name] = stale.splice(urgent ? stale.indexOf('rows') : 0, 1)
    const holder = name === undefined ? undefined : holders.get(name)
    if (name === undefined || !holder) return
    before = now
    const drawn = plots[name](view(), Math.max(220, holder.clientWidth))
    if (drawn === undefined) holder.replaceChildren(paragraph(whyEmpty[name] ?? ''))
    else {
      drawn.setAttribute('role', 'img')
      holder.replaceChildren(drawn)
      onDrawn(name, drawn)
    }
    ask()
  }

  function ask() {
    if (asked) return
    asked = true
    requestAnimationFrame(paint)
  }

  function touch(...names: string[]) {
    for (const name of names) if (!stale.includes(name)) stale.push(name)
    ask()
  }

  let width = 0
  const observed = holders.get('rows')
  if (observed) {
    new ResizeObserver(() => {
      if (observed.clientWidth === width) return
      width = observed.clientWidth
      touch(...holders.keys())
    }).observe(observed)
  }
  drawKeys()
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => touch('decision'))
  return { touch, holder: (name: string) => holders.get(name) as HTMLElement }
}

function paragraph(text: string): HTMLElement {
  const p = document.createElement('p')
  p.className = 'empty'
  p.textContent = text
  return p
}

/** What the colours mean, once: the scales never change. */
function drawKeys() {
  const swatches: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    rows: [
      ['data', 'data'],
      ['noise', 'noise'],
    ],
    chains: [
      ['truth', 'samples'],
      ['muted', 'data'],
    ],
    loss: [
      ['data', 'loss of the batches'],
      ['truth', 'least possible'],
      ['noise', 'knows nothing'],
    ],
    partition: [
      ['data', 'learned'],
      ['truth', 'grid’s truth'],
    ],
  }
  for (const [name, entries] of Object.entries(swatches)) {
    const list = document.createElement('ul')
    list.className = 'key'
    for (const [colour, label] of entries) {
      const item = document.createElement('li')
      const swatch = document.createElement('i')
      swatch.style.background = `var(--${colour})`
      item.append(swatch, label)
      list.append(item)
    }
    captionOf(name)?.append(list)
  }
  const ramp = {
    width: 220,
    height: 34,
    marginTop: 4,
    marginBottom: 16,
    marginLeft: 12,
    marginRight: 12,
    ticks: 4,
  }
  const style = { background: 'transparent', color: 'inherit' }
  captionOf('density')?.append(Plot.legend({ ...ramp, style, color: densityColour }))
  const ofDecision = () => Plot.legend({ ...ramp, style, color: decisionColour() })
  let decision = ofDecision()
  captionOf('decision')?.append(decision)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    const next = ofDecision()
    decision.replaceWith(next)
    decision = next
  })
}

const captionOf = (name: string) => document.querySelector(`[data-plot="${name}"] figcaption`)
