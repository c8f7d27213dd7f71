import type { Recipe } from './recipe.ts'

/** Grey pictures of one thing each, that fill the frame. */
export const fashionSimclr: Recipe = {
  name: 'fashion-simclr',
  version: 1,
  task: 'simclr',
  summary: 'small grey pictures of one thing each',
  settings: {
    steps: 2000,
    grid: 3,
    imageMean: 0.286,
    imageDeviation: 0.353,
    augmentation: 'grey',
    leastCrop: 0.15,
    strength: 0.375,
    learningRate: 0.002,
  },
  reached: {
    figure: 'linear probe 0.8967 ± 0.0006, with 100 labels 0.7313 ± 0.0025',
    source: 'tooling/experiments/fashion-mnist.md',
    took: '6.1 minutes on two cores',
  },
  command:
    'chiaro train simclr --images idx:train-images-idx3-ubyte.gz --recipe fashion-simclr --out runs/fashion',
}
