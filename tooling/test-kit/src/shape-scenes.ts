/** Small pictures with captions, drawn from seeds: something for two encoders to agree on. Not for the library. */
import { uniformValues } from './sample-values.ts'

const colours = {
  red: [0.9, 0.15, 0.1],
  green: [0.1, 0.75, 0.2],
  blue: [0.15, 0.25, 0.95],
  yellow: [0.95, 0.85, 0.1],
}
const shapes = {
  circle: (x: number, y: number) => x * x + y * y <= 1,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) <= 0.9,
  triangle: (x: number, y: number) => y <= 0.9 && y >= -1 + 1.9 * Math.abs(x),
}
const relations = ['left of', 'above'] as const

/** The words of all captions; a word's id is its place, 0 being padding. */
export const sceneWords: readonly string[] = [
  '<pad>',
  ...Object.keys(colours),
  ...Object.keys(shapes),
  'left',
  'above',
  'of',
]

/** One object, or two with a relation. */
export interface ShapeScene {
  /** [24, 24, 3], row by row, in 0…1. */
  readonly pixels: Float32Array
  /** "red circle", or "red circle left of blue square". */
  readonly caption: string
  /** The caption's words as places in `sceneWords`, padded by 0 to 6. */
  readonly ids: Int32Array
}

/** Pixels along a scene's side. */
export const sceneSize = 24

/** The scene of a seed: two objects in five of six scenes, at jittered places on a noisy ground. */
export function shapeScene(seed: number): ShapeScene {
  const draw = uniformValues(seed, 16)
  const pick = <T>(items: readonly T[], u: number): T => items[Math.floor(u * items.length)]
  const object = (u: number, v: number) => ({
    colour: pick(Object.keys(colours) as (keyof typeof colours)[], u),
    shape: pick(Object.keys(shapes) as (keyof typeof shapes)[], v),
  })
  const [first, second] = [object(draw[0], draw[1]), object(draw[2], draw[3])]
  const relation = pick(relations, draw[4])
  const two = draw[5] > 1 / 6
  const jitter = (u: number) => 2 * (u - 0.5)
  const pixels = uniformValues(seed + 0x10000000, sceneSize * sceneSize * 3, 0, 0.15)
  const paint = ({ colour, shape }: typeof first, cx: number, cy: number, radius: number) => {
    for (let y = 0; y < sceneSize; y++) {
      for (let x = 0; x < sceneSize; x++) {
        if (!shapes[shape]((x + 0.5 - cx) / radius, (y + 0.5 - cy) / radius)) continue
        for (let c = 0; c < 3; c++) pixels[(y * sceneSize + x) * 3 + c] = colours[colour][c]
      }
    }
  }
  const [near, far, middle] = [6 + jitter(draw[6]), 18 + jitter(draw[7]), 12 + 2 * jitter(draw[8])]
  const radius = 4 + draw[9]
  if (!two) paint(first, 12 + 4 * jitter(draw[6]), 12 + 4 * jitter(draw[7]), radius)
  else if (relation === 'above') {
    paint(first, middle, near, radius)
    paint(second, middle, far, radius)
  } else {
    paint(first, near, middle, radius)
    paint(second, far, middle, radius)
  }
  const words = ({ colour, shape }: typeof first) => `${colour} ${shape}`
  const caption = two ? `${words(first)} ${relation} ${words(second)}` : words(first)
  const ids = new Int32Array(6)
  for (const [i, word] of caption.split(' ').entries()) ids[i] = sceneWords.indexOf(word)
  return { pixels, caption, ids }
}
