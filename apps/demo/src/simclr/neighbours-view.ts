import { type PictureSheet, sized } from '../shell/draw-sheet.ts'
import type { Neighbours } from './messages.ts'

const size = 56

/** A picture and those nearest to it, each a button that asks for its own neighbours. */
export function createNeighbours(holder: HTMLElement, onPick: (picture: number) => void) {
  const query = button(onPick)
  const list = document.createElement('ol')
  list.className = 'neighbours'
  const found = Array.from({ length: 8 }, () => button(onPick))
  list.append(
    ...found.map(({ element }) => {
      const item = document.createElement('li')
      item.append(element)
      return item
    }),
  )
  const of = document.createElement('p')
  of.className = 'query'
  of.append(query.element)
  return function draw(neighbours: Neighbours, sheet: PictureSheet, names: readonly string[]): void {
    if (!of.isConnected) holder.replaceChildren(of, list)
    const { picture } = neighbours
    query.show(sheet, picture, names[picture], `Picture ${picture + 1}: ${names[picture]}`)
    for (const [i, one] of found.entries()) {
      const row = neighbours.found[i]
      ;(one.element.parentElement as HTMLElement).hidden = row === undefined
      if (row === undefined) continue
      const cosine = row.cosine.toFixed(3)
      one.show(sheet, row.picture, cosine, `Neighbour ${i + 1}: ${names[row.picture]}, cosine ${cosine}`)
    }
  }
}

function button(onPick: (picture: number) => void) {
  const element = document.createElement('button')
  element.type = 'button'
  const canvas = document.createElement('canvas')
  const caption = document.createElement('span')
  element.append(canvas, caption)
  let shown = 0
  element.addEventListener('click', () => onPick(shown))
  return {
    element,
    show(sheet: PictureSheet, picture: number, words: string, label: string) {
      shown = picture
      sheet.draw(sized(canvas, size, size), picture, 0, 0, size)
      caption.textContent = words
      element.setAttribute('aria-label', label)
      element.title = label
    },
  }
}
