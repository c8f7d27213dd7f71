import { type PictureSheet, sized } from '../shell/draw-sheet.ts'
import { emptyPlot } from '../shell/plot-places.ts'
import type { Ranking } from './messages.ts'

const side = 56

/** The pictures that a text finds, nearest first, each with its cosine and what it is called. */
export function showRanking(
  holder: HTMLElement,
  { found, text, step }: Ranking,
  sheet: PictureSheet,
  names: readonly string[],
): void {
  if (found.length === 0) {
    holder.replaceChildren(emptyPlot(`Nothing of “${text}” occurs in what was learned. Try other words.`))
    return
  }
  const list = document.createElement('ol')
  list.className = 'ranking'
  list.setAttribute('aria-label', `Pictures nearest to “${text}” at step ${step}`)
  list.append(
    ...found.map(({ emoji, cosine }) => {
      const item = document.createElement('li')
      const canvas = document.createElement('canvas')
      canvas.setAttribute('aria-hidden', 'true')
      sheet.draw(sized(canvas, side, side), emoji, 0, 0, side)
      const name = document.createElement('span')
      name.textContent = names[emoji]
      const number = document.createElement('small')
      number.textContent = cosine.toFixed(3).replace('-', '−')
      item.append(canvas, name, number)
      return item
    }),
  )
  holder.replaceChildren(list)
}
