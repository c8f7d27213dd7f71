import type { Recipe } from './recipe.ts'

/** Colour changes as strong as the paper's, so that colour alone tells no two pictures apart. */
export const photosSmall: Recipe = {
  name: 'photos-small',
  version: 1,
  task: 'simclr',
  summary: 'a few thousand colour pictures of 32 × 32, in minutes',
  settings: {
    steps: 300,
    batchSize: 64,
    widths: [16, 32, 64],
    leastCrop: 0.2,
    strength: 1,
    learningRate: 0.002,
  },
  command: 'chiaro train simclr --images pictures/ --recipe photos-small --out runs/photos',
}
