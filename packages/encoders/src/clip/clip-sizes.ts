import { rangeError, typeError } from '@chiaro/core'
import { checkSizes, type TransformerSizes } from '../transformer-block.ts'
import type { ClipImageSizes } from './clip-image-encoder.ts'
import { blocksOf, type ClipLayout, storedName, type Tower } from './clip-layout.ts'
import type { ClipTextSizes } from './clip-text-encoder.ts'
import { type ClipWeights, shapeOf } from './clip-weights.ts'

const where = 'clipTowers'

/** @throws TypeError for a weight that is missing or has another rank; RangeError for sizes that do not fit */
export function imageSizes(
  weights: ClipWeights,
  layout: ClipLayout,
  heads: number | undefined,
): ClipImageSizes {
  const patch = storedName(layout, 'image', 'patch/kernel')
  const [width, channels, patchSize] = shapeOf(weights, patch, 4)
  const position = storedName(layout, 'image', 'position')
  const [places] = shapeOf(weights, position, 2)
  const side = Math.sqrt(places - 1)
  if (!Number.isInteger(side) || side < 1) {
    throw rangeError(
      where,
      `weights["${position}"]`,
      'for a square of patches and a class',
      `${places} places`,
    )
  }
  const sizes = blockSizes(weights, layout, 'image', width, heads)
  return { ...sizes, imageSize: side * patchSize, patchSize, channels }
}

/** @throws TypeError for a weight that is missing or has another rank; RangeError for sizes that do not fit */
export function textSizes(
  weights: ClipWeights,
  layout: ClipLayout,
  heads: number | undefined,
): ClipTextSizes {
  const [vocabularySize, width] = shapeOf(weights, storedName(layout, 'text', 'embedding/table'), 2)
  const [contextLength] = shapeOf(weights, storedName(layout, 'text', 'position'), 2)
  return { ...blockSizes(weights, layout, 'text', width, heads), vocabularySize, contextLength }
}

/** What both towers have. */
function blockSizes(
  weights: ClipWeights,
  layout: ClipLayout,
  tower: Tower,
  width: number,
  asked: number | undefined,
): TransformerSizes & { embeddingDimension: number } {
  const start = blocksOf[layout][tower]
  const numbers = Object.keys(weights)
    .filter(name => name.startsWith(start))
    .map(name => Number.parseInt(name.slice(start.length), 10) + 1)
  const depth = numbers.reduce((most, number) => Math.max(most, number), 0)
  if (depth === 0) throw typeError(where, 'weights', `a checkpoint with "${start}0.…"`, 'one without')
  const [hidden] = shapeOf(weights, storedName(layout, tower, 'block1/mlp/hidden/kernel'), 2)
  const head = shapeOf(weights, storedName(layout, tower, 'head/kernel'), 2)
  const argument = `${tower}Heads`
  const heads = asked ?? width / 64
  if (!Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
    const got = asked === undefined ? `none, and width ${width} has not 64 for each` : String(asked)
    throw rangeError(where, argument, `a divisor of width ${width}`, got)
  }
  const sizes = { width, depth, heads, mlpRatio: hidden / width }
  checkSizes(where, sizes, {})
  return { ...sizes, embeddingDimension: head[layout === 'open-clip' ? 1 : 0] }
}
