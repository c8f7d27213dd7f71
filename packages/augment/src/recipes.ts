import { checkNumber, type View } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { colorJitter } from './color-jitter.ts'
import { compose } from './compose.ts'
import { randomGaussianBlur } from './gaussian-blur.ts'
import { type RandAugmentOptions, randAugment } from './rand-augment/rand-augment.ts'
import { randomGreyscale } from './random-greyscale.ts'
import { randomResizedCrop } from './random-resized-crop.ts'
import type { Interpolation } from './resampling.ts'
import { type Size, sides } from './size.ts'

export interface RecipeOptions {
  /** Side of the views in pixels, or their height and width. */
  readonly size: Size
  /** The smallest and largest share of the picture's area that a view shows. Default: the recipe's. */
  readonly scale?: readonly [least: number, most: number]
  /** Default: the recipe's. */
  readonly interpolation?: Interpolation
}

export interface SimclrViewsOptions extends RecipeOptions {
  /** s, the strength of the colour jitter. Default 1; the paper's CIFAR-10 takes ½. */
  readonly strength?: number
  /** The probability of a blur. Default ½; the paper's CIFAR-10 takes 0. */
  readonly blur?: number
  /** The probability of greyscale. Default 0.2. */
  readonly greyscale?: number
}

/**
 * SimCLR's view (Chen et al. 2020, "A simple framework for contrastive learning of visual representations",
 * appendix A), in this order: a resized crop (area 0.08…1, width over height ¾…4/3, bilinear), mirrored half of the
 * time; colour jitter with probability 0.8 (brightness, contrast and saturation ±0.8·s, hue ±0.2·s); greyscale with
 * probability 0.2; blur with probability ½, its kernel a tenth of the side (as the authors' code, 2·⌊⌊side/10⌋/2⌋ + 1),
 * σ 0.1…2 pixels. Below 20 pixels such a kernel is one pixel, and nothing is blurred.
 *
 * One view; a step takes it twice, with two keys. Pictures of one channel keep brightness and contrast and skip hue,
 * saturation and greyscale.
 *
 * @returns [batch, height, width, 1 or 3] in 0…1 → [batch, ...size, the same channels] in 0…1
 * @throws RangeError for a negative strength, a probability outside 0…1, or a size that is no positive whole number
 *
 * @example
 * ```ts
 * import { simclrViews } from '@chiaro/augment'
 * import { foldIn, key, uniform } from '@chiaro/random'
 *
 * const view = simclrViews({ size: 24, strength: 0.5, blur: 0 })
 * const pictures = uniform(key(1), [4, 32, 32, 3])
 * const [first, second] = [0, 1].map(v => view(foldIn(key(2), v), pictures)) // two views, two keys
 * console.log(first.shape, second.shape)
 * ```
 */
export function simclrViews(options: SimclrViewsOptions): View {
  const { strength = 1, blur = 0.5, greyscale = 0.2, scale = [0.08, 1], interpolation = 'bilinear' } = options
  const size = sides('simclrViews', options.size)
  checkNumber('simclrViews', { strength }, { least: 0, most: 2.5 })
  checkNumber('simclrViews', { blur, greyscale }, { least: 0, most: 1 })
  const wide = 0.8 * strength
  const reach = Math.floor(Math.floor(Math.min(...size) / 10) / 2)
  return compose(
    randomResizedCrop({ size, scale, interpolation, flip: 0.5 }),
    colorJitter({
      brightness: wide,
      contrast: wide,
      saturation: wide,
      hue: 0.2 * strength,
      probability: 0.8,
    }),
    randomGreyscale(greyscale),
    randomGaussianBlur({ kernelSize: 2 * reach + 1, probability: reach > 0 ? blur : 0 }),
    cut,
  )
}

/**
 * MoCo v2's view (Chen, Fan, Girshick and He 2020, "Improved baselines with momentum contrastive learning", and the
 * authors' code), in this order: a resized crop (area 0.2…1, width over height ¾…4/3, bilinear), mirrored half of the
 * time; colour jitter with probability 0.8 (brightness, contrast and saturation ±0.4, hue ±0.1); greyscale with
 * probability 0.2; blur with probability ½, σ 0.1…2 pixels, over at most 13 pixels (three σ; theirs has no end).
 *
 * One view, two keys; channels, result and errors as `simclrViews`.
 */
export function mocoV2Views(options: RecipeOptions): View {
  const { scale = [0.2, 1], interpolation = 'bilinear' } = options
  const size = sides('mocoV2Views', options.size)
  const reach = Math.min(6, Math.min(...size) - 1)
  return compose(
    randomResizedCrop({ size, scale, interpolation, flip: 0.5 }),
    colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1, probability: 0.8 }),
    randomGreyscale(0.2),
    randomGaussianBlur({ kernelSize: 2 * reach + 1, probability: reach > 0 ? 0.5 : 0 }),
    cut,
  )
}

export interface RandAugmentViewsOptions extends RecipeOptions, RandAugmentOptions {}

/**
 * A resized crop (area 0.08…1, width over height ¾…4/3, bilinear), mirrored half of the time, and `randAugment` after it.
 *
 * One view, two keys; channels, result and errors as `simclrViews` and `randAugment`.
 */
export function randAugmentViews({
  size,
  scale = [0.08, 1],
  interpolation,
  ...options
}: RandAugmentViewsOptions): View {
  const crop = { size: sides('randAugmentViews', size), scale, interpolation, flip: 0.5 }
  return compose(randomResizedCrop(crop), cut, randAugment(options))
}

/**
 * CLIP's view of a picture beside its text, as open_clip trains: a resized crop (area 0.9…1, width over height ¾…4/3,
 * bicubic with antialias), cut to 0…1 as 8-bit pictures are. Not mirrored: texts name sides. `normalize(clipMoments)`
 * after it gives what pretrained towers expect.
 *
 * @returns [batch, height, width, channels] in 0…1 → [batch, ...size, channels] in 0…1
 * @throws RangeError for a size that is no positive whole number
 */
export function clipViews(options: RecipeOptions): View {
  const { scale = [0.9, 1], interpolation = 'bicubic' } = options
  return compose(randomResizedCrop({ size: sides('clipViews', options.size), scale, interpolation }), cut)
}

/** Weights of a cubic may be negative, and sums of rounded weights pass 1 by a last digit. */
const cut: View = (_, batch) => tf.clipByValue(batch, 0, 1)
