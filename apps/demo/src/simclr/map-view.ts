import { type PictureSheet, sized } from '../shell/draw-sheet.ts'
import type { Look } from './messages.ts'
import { mapAxes } from './plots.ts'

/** Ten colours that are told apart on light and dark; more classes share them. */
const classColours = [
  '#4c8bf5',
  '#e8590c',
  '#2f9e44',
  '#e64980',
  '#f2b705',
  '#12a5b8',
  '#9c6ade',
  '#8d6e4a',
  '#7a8794',
  '#b5c334',
] as const

export interface MapContents {
  readonly look: Look
  readonly sheet: PictureSheet
  readonly labels?: Int32Array
  readonly picked?: number
}

/** The map of pictures: axes of a plot, and the pictures over them on a canvas that takes clicks and arrow keys. */
export function createMap(holder: HTMLElement, onPick: (picture: number) => void) {
  const canvas = document.createElement('canvas')
  canvas.tabIndex = 0
  canvas.setAttribute('role', 'application')
  canvas.className = 'pictures'
  /** Where each picture of the map lies, in CSS pixels. */
  let points: { readonly picture: number; readonly x: number; readonly y: number }[] = []
  let picked: number | undefined

  const nearest = (x: number, y: number, of: typeof points) =>
    of.reduce<(typeof points)[number] | undefined>((best, point) => {
      const distance = (p: typeof point) => (p.x - x) ** 2 + (p.y - y) ** 2
      return best === undefined || distance(point) < distance(best) ? point : best
    }, undefined)

  canvas.addEventListener('click', ({ offsetX, offsetY }) => {
    const found = nearest(offsetX, offsetY, points)
    if (found) onPick(found.picture)
  })
  canvas.addEventListener('keydown', event => {
    const [dx, dy] = directions[event.key] ?? [0, 0]
    if (dx === 0 && dy === 0) return
    event.preventDefault()
    const from = points.find(({ picture }) => picture === picked) ?? points[0]
    if (from === undefined) return
    // Of what lies that way, the nearest; what lies aside counts as twice as far.
    const way = points.filter(({ x, y }) => dx * (x - from.x) + dy * (y - from.y) > 0.5)
    const stretched = way.map(({ picture, x, y }) => ({
      picture,
      x: from.x + (x - from.x) * (dx === 0 ? 2 : 1),
      y: from.y + (y - from.y) * (dy === 0 ? 2 : 1),
    }))
    const found = nearest(from.x, from.y, stretched)
    if (found) onPick(found.picture)
  })

  return function draw({ look, sheet, labels, picked: next }: MapContents): void {
    picked = next
    const width = Math.max(220, holder.clientWidth)
    const axes = mapAxes(look, width)
    axes.setAttribute('role', 'img')
    const [x, y] = [axes.scale('x'), axes.scale('y')]
    const size = width < 480 ? 14 : 20
    points = Array.from(look.shown, (picture, i) => ({
      picture,
      x: x?.apply(look.places[2 * i]) as number,
      y: y?.apply(look.places[2 * i + 1]) as number,
    }))
    const context = sized(canvas, width, Number(axes.getAttribute('height')))
    for (const { picture, x, y } of points) {
      if (labels !== undefined) {
        context.fillStyle = classColours[labels[picture] % classColours.length]
        context.fillRect(x - size / 2 - 2, y - size / 2 - 2, size + 4, size + 4)
      }
      sheet.draw(context, picture, x - size / 2, y - size / 2, size)
    }
    const marked = points.find(({ picture }) => picture === picked)
    if (marked) {
      context.lineWidth = 3
      context.strokeStyle = getComputedStyle(holder).color
      context.strokeRect(marked.x - size / 2 - 3.5, marked.y - size / 2 - 3.5, size + 7, size + 7)
      sheet.draw(context, marked.picture, marked.x - size / 2, marked.y - size / 2, size)
    }
    canvas.setAttribute('aria-label', `Pictures of the map: arrow keys pick the next one that way.`)
    const old = holder.querySelector('svg')
    if (old && canvas.parentElement === holder) old.replaceWith(axes)
    else holder.replaceChildren(axes, canvas)
  }
}

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** The colour of each class's frame on the map; of many classes none is shown. */
export function showClasses(classes: readonly string[] | undefined): void {
  const list = document.querySelector('#classes') as HTMLElement
  const few = classes !== undefined && classes.length <= classColours.length ? classes : []
  list.replaceChildren(
    ...few.map((name, i) => {
      const item = document.createElement('li')
      const swatch = document.createElement('i')
      swatch.style.background = classColours[i]
      item.append(swatch, name)
      return item
    }),
  )
}
