export { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './adjust-color.ts'
export { type ColorJitterOptions, colorJitter } from './color-jitter.ts'
export { compose, randomHorizontalFlip, randomVerticalFlip, withProbability } from './compose.ts'
export {
  type GaussianBlurOptions,
  gaussianBlur,
  type RandomGaussianBlurOptions,
  randomGaussianBlur,
} from './gaussian-blur.ts'
export { type GaussianNoiseOptions, gaussianNoise } from './gaussian-noise.ts'
export { type LinearColorJitterOptions, linearColorJitter } from './linear-color-jitter.ts'
export { type RandomAffineOptions, randomAffine } from './random-affine.ts'
export { type RandomErasingOptions, randomErasing } from './random-erasing.ts'
export { greyscale, randomGreyscale } from './random-greyscale.ts'
export { type RandomResizedCropOptions, randomResizedCrop } from './random-resized-crop.ts'
export {
  clipViews,
  mocoV2Views,
  type RecipeOptions,
  type SimclrViewsOptions,
  simclrViews,
} from './recipes.ts'
export type { Interpolation } from './resampling.ts'
export { type Box, type ResizedCropOptions, resizedCrop } from './resized-crop.ts'
export { randomSolarize, solarize } from './solarize.ts'
