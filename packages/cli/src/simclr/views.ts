import { compose, mocoV2Views, randomResizedCrop, simclrViews } from '@chiaro/augment'
import type { View } from '@chiaro/core'
import type { PictureShape } from '../pictures/open-pictures.ts'
import type { SimclrTraining } from './config.ts'

/** The view of a run's recipe for pictures of a shape. */
export function viewOf({ views }: SimclrTraining, [height, width]: PictureShape): View {
  const { recipe, leastCrop, strength, blur, greyscale } = views
  const size = [height, width] as const
  const scale = leastCrop === undefined ? undefined : ([leastCrop, 1] as const)
  switch (recipe) {
    case 'simclr':
      return simclrViews({ size, scale, strength, blur, greyscale })
    case 'moco-v2':
      return mocoV2Views({ size, scale })
    case 'crop':
      return compose(randomResizedCrop({ size, scale, flip: 0.5 }))
  }
}
