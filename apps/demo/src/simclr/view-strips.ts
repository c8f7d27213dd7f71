import { type PictureSheet, sized } from '../shell/draw-sheet.ts'
import type { ViewStrips } from './messages.ts'

const gap = 4

/** Pictures of a batch in one row, and both views of each below it. */
export function drawStrips(holder: HTMLElement, strips: ViewStrips, sheet: PictureSheet): void {
  const { height: side } = sheet
  const { pictures, first, second, step } = strips
  if (holder.querySelector('canvas') === null) holder.replaceChildren(...rows.map(row))
  const canvases = [...holder.querySelectorAll('canvas')]
  const count = pictures.length
  const size = Math.max(
    16,
    Math.min(72, Math.floor((canvases[0].parentElement as HTMLElement).clientWidth / count) - gap),
  )
  const [asGiven, one, two] = canvases.map(canvas => sized(canvas, count * (size + gap) - gap, size))
  pictures.forEach((picture, i) => {
    sheet.draw(asGiven, picture, i * (size + gap), 0, size)
  })
  for (const [context, rgba] of [
    [one, first],
    [two, second],
  ] as const) {
    const width = rgba.length / (4 * count * side)
    const buffer = new OffscreenCanvas(width, side * count)
    buffer
      .getContext('2d')
      ?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, side * count), 0, 0)
    for (let i = 0; i < count; i++) {
      context.drawImage(buffer, 0, i * side, width, side, i * (size + gap), 0, size, size)
    }
  }
  for (const [i, canvas] of canvases.entries()) {
    canvas.setAttribute('aria-label', `${rows[i]} of ${count} pictures of the batch of step ${step}`)
  }
}

const rows = ['As given', 'First view', 'Second view']

function row(name: string): HTMLElement {
  const figure = document.createElement('div')
  figure.className = 'strip'
  const label = document.createElement('p')
  label.textContent = name
  const place = document.createElement('div')
  const canvas = document.createElement('canvas')
  canvas.setAttribute('role', 'img')
  place.append(canvas)
  figure.append(label, place)
  return figure
}
