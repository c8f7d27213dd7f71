import type { RandomKey } from '@chiaro/core'
import { foldIn, uniformValues } from '@chiaro/random'
import type { PictureShape } from '@chiaro/tasks'
import type { NamedPictures } from './pictures.ts'

/** Whether a point of the shape's own square, −1…1 each way and y downwards, belongs to it. */
type Inside = (x: number, y: number) => boolean

/** The classes: figures that differ in form alone; place, size, turn and both colours are drawn for each picture. */
const figures: Readonly<Record<string, Inside>> = {
  disc: (x, y) => Math.hypot(x, y) <= 0.9,
  ring: (x, y) => Math.abs(Math.hypot(x, y) - 0.72) <= 0.24,
  square: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.78,
  triangle: (x, y) => y <= 0.62 && y >= -0.95 + 1.75 * Math.abs(x),
  cross: (x, y) => Math.min(Math.abs(x), Math.abs(y)) <= 0.27 && Math.max(Math.abs(x), Math.abs(y)) <= 0.95,
  star: (x, y) => Math.hypot(x, y) <= 0.66 + 0.3 * Math.cos(5 * Math.atan2(y, x)),
  stripes: (x, y) => Math.hypot(x, y) <= 0.98 && Math.floor((y + 1) * 3.5) % 2 === 0,
  checks: (x, y) =>
    Math.max(Math.abs(x), Math.abs(y)) <= 0.9 &&
    (Math.floor((x + 0.9) / 0.6) + Math.floor((y + 0.9) / 0.6)) % 2 === 0,
}

export const shapeNames = Object.keys(figures)

/** How many numbers a picture is drawn by. */
const draws = 16

/** Points a pixel is looked at along each axis: borders come out smooth. */
const samples = 3

/**
 * Pictures of small figures on a ground that shades from one colour to another, with noise: as many of each class, in an
 * order that hides them. Pure in the key.
 */
export function shapePictures(key: RandomKey, count: number, shape: PictureShape): NamedPictures {
  const [height, width, channels] = shape
  const data = new Uint8Array(count * height * width * channels)
  const labels = Int32Array.from({ length: count }, (_, i) => i % shapeNames.length)
  const names = Array.from(
    labels,
    (label, i) => `${shapeNames[label]} ${Math.floor(i / shapeNames.length) + 1}`,
  )
  const size = height * width * channels
  for (let i = 0; i < count; i++) {
    paint(data.subarray(i * size, (i + 1) * size), shape, figures[shapeNames[labels[i]]], foldIn(key, i))
  }
  return { data, shape: [count, ...shape], names, labels, classes: shapeNames }
}

function paint(
  out: Uint8Array,
  [height, width, channels]: PictureShape,
  inside: Inside,
  key: RandomKey,
): void {
  const u = uniformValues(foldIn(key, 0), draws)
  const noise = uniformValues(foldIn(key, 1), height * width)
  // Figure and ground have hues apart, and one of them, either, is the lighter.
  const hue = (u[0] + 0.25 + 0.5 * u[3]) % 1
  const [light, dark] = [0.75 + 0.25 * u[2], 0.1 + 0.3 * u[5]]
  const [ofFigure, ofGround] = u[13] < 0.5 ? [light, dark] : [dark, light]
  const figure = colour(u[0], 0.4 + 0.6 * u[1], ofFigure)
  const shade = 0.15 * u[7]
  const grounds = [colour(hue, 0.7 * u[4], ofGround), colour(hue, 0.7 * u[6], ofGround - shade)]
  const radius = 0.24 + 0.16 * u[8]
  const [cx, cy] = [0.5 + (0.5 - radius) * (2 * u[9] - 1), 0.5 + (0.5 - radius) * (2 * u[10] - 1)]
  const turn = (u[11] - 0.5) * Math.PI
  const [cos, sin] = [Math.cos(turn) / radius, Math.sin(turn) / radius]
  const slope = 2 * Math.PI * u[12]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      let covered = 0
      for (let s = 0; s < samples * samples; s++) {
        const x = (column + ((s % samples) + 0.5) / samples) / width - cx
        const y = (row + (Math.floor(s / samples) + 0.5) / samples) / height - cy
        if (inside(cos * x + sin * y, cos * y - sin * x)) covered++
      }
      const share = covered / (samples * samples)
      const across = Math.cos(slope) * (column / width - 0.5) + Math.sin(slope) * (row / height - 0.5) + 0.5
      const grain = (noise[row * width + column] - 0.5) * 0.08
      const rgb = figure.map((value, c) => {
        const ground = grounds[0][c] + (grounds[1][c] - grounds[0][c]) * across
        return share * value + (1 - share) * ground + grain
      })
      const at = (row * width + column) * channels
      if (channels === 1) out[at] = byte(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2])
      else for (let c = 0; c < 3; c++) out[at + c] = byte(rgb[c])
    }
  }
}

const byte = (value: number) => Math.round(255 * Math.min(1, Math.max(0, value)))

/** Hue, saturation and value in 0…1 as red, green and blue. */
function colour(hue: number, saturation: number, value: number): number[] {
  return [5, 3, 1].map(n => {
    const k = (n + 6 * hue) % 6
    return value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)))
  })
}
