import type { Drawn } from './curves.ts'
import { createFrames, type FrameOptions } from './frames.ts'

/** What is drawn in the place [data-plot=name]: an element, or nothing yet and why. */
export type PlotOf = (width: number, place: HTMLElement) => Drawn | string | undefined

/** The plots of a page. */
export interface PlotPlaces {
  /** Draws some anew, or all of them, when there is time. */
  touch(...names: string[]): void
  touchAll(): void
}

/** The place of a plot. */
export const placeOf = (name: string) => document.querySelector(`[data-plot="${name}"] .plot`) as HTMLElement

/** Draws plots into their places; all of them anew when the page's width or its colours change. */
export function createPlots(
  plots: Readonly<Record<string, PlotOf>>,
  options: FrameOptions<string>,
): PlotPlaces {
  const touch = createFrames<string>(name => drawInto(placeOf(name), plots[name]), options)
  const touchAll = () => touch(...Object.keys(plots))
  const results = document.querySelector('#plots') as HTMLElement
  let width = results.clientWidth
  new ResizeObserver(() => {
    if (results.clientWidth === width) return
    width = results.clientWidth
    touchAll()
  }).observe(results)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', touchAll)
  return { touch, touchAll }
}

/** Draws a plot as wide as its place. */
export function drawInto(place: HTMLElement, plot: PlotOf): void {
  const drawn = plot(Math.max(220, place.clientWidth), place)
  if (drawn === undefined) return
  if (typeof drawn !== 'string') drawn.setAttribute('role', 'img')
  place.replaceChildren(typeof drawn === 'string' ? emptyPlot(drawn) : drawn)
}

/** Why there is no plot. */
export function emptyPlot(words: string): HTMLElement {
  const paragraph = document.createElement('p')
  paragraph.className = 'empty'
  paragraph.textContent = words
  return paragraph
}
