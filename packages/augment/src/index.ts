export { type ColorJitterOptions, colorJitter } from './color-jitter.ts'
export { compose, randomHorizontalFlip, withProbability } from './compose.ts'
export { type RandomAffineOptions, randomAffine } from './random-affine.ts'
