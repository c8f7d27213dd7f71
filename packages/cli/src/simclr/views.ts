import { compose, randomResizedCrop } from '@chiaro/augment'
import type { View } from '@chiaro/core'
import type { PictureShape } from '../pictures/open-pictures.ts'
import type { Recipe } from './config.ts'

/** The view of a recipe for pictures of a shape. */
export function viewOf(recipe: Recipe, [height, width]: PictureShape, leastCrop: number): View {
  const crop = randomResizedCrop({ size: [height, width], scale: [leastCrop, 1], flip: 0.5 })
  switch (recipe) {
    case 'crop':
      return crop
    case 'simclr':
      return compose(crop)
    case 'moco-v2':
      return compose(crop)
  }
}
