export { adjustBrightness, adjustContrast, adjustHue, adjustSaturation } from './adjust-color.ts'
export { type ColorJitterOptions, colorJitter } from './color-jitter.ts'
export { compose, randomHorizontalFlip, randomVerticalFlip, withProbability } from './compose.ts'
export { type CutoutOptions, cutout } from './cutout.ts'
export { erase } from './erase.ts'
export {
  type GaussianBlurOptions,
  gaussianBlur,
  type RandomGaussianBlurOptions,
  randomGaussianBlur,
} from './gaussian-blur.ts'
export { type GaussianNoiseOptions, gaussianNoise } from './gaussian-noise.ts'
export { type LinearColorJitterOptions, linearColorJitter } from './linear-color-jitter.ts'
export { cutMix, type MixedPictures, type MixOptions, mixUp } from './mix.ts'
export { type ChannelMoments, clipMoments, imagenetMoments, normalize } from './normalize.ts'
export { type RandAugmentOptions, randAugment } from './rand-augment/rand-augment.ts'
export { type RandomAffineOptions, randomAffine } from './random-affine.ts'
export { type RandomCropOptions, randomCrop } from './random-crop.ts'
export { type RandomErasingOptions, randomErasing } from './random-erasing.ts'
export { type RandomGammaOptions, randomGamma } from './random-gamma.ts'
export { greyscale, randomGreyscale } from './random-greyscale.ts'
export { type RandomResizedCropOptions, randomResizedCrop } from './random-resized-crop.ts'
export {
  clipViews,
  mocoV2Views,
  type RandAugmentViewsOptions,
  type RecipeOptions,
  randAugmentViews,
  type SimclrViewsOptions,
  simclrViews,
} from './recipes.ts'
export { replay } from './replay.ts'
export type { Interpolation } from './resampling.ts'
export { type Box, type ResizedCropOptions, resizedCrop } from './resized-crop.ts'
export { type RandomRotationOptions, type RotateOptions, randomRotation, rotate } from './rotate.ts'
export type { Size } from './size.ts'
export { randomSolarize, solarize } from './solarize.ts'
export {
  type FeatureMaskingOptions,
  featureMasking,
  type GaussianJitterOptions,
  gaussianJitter,
  type ScarfCorruptionOptions,
  scarfCorruption,
  type TableView,
} from './tabular-views.ts'
export {
  type SynonymTable,
  synonyms,
  type TextView,
  type TextViewOptions,
  wordDropout,
  wordSwap,
} from './text-views.ts'
