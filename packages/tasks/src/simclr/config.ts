import { conflictError } from '@chiaro/core'
import { type EncoderSpec, lastMapSize } from '@chiaro/encoders'
import * as z from 'zod/mini'
import type { PictureShape, Pictures } from '../pictures/pictures.ts'
import { headOf, storedHead, storedTraining, trainingOf, viewCount } from '../representation/config.ts'
import { kept } from '../settings/setting.ts'
import { storedEncoder, storedShape } from '../settings/stored-specs.ts'
import { defaultEpochs, type SimclrSettings, simclrSettings } from './settings.ts'

const of = simclrSettings.shape

/** All that a SimCLR run is told, as `run.json` keeps it. */
export const simclrConfig = z.object({
  shape: storedShape,
  encoder: storedEncoder,
  head: storedHead(of),
  training: z.object({
    ...storedTraining(of),
    /** What is not said of views, the augmentation says. */
    views: z.object({
      /** How many, where it is not two. */
      count: of.views,
      augmentation: kept(of.augmentation),
      leastCrop: of.leastCrop,
      /** Smaller views, their side in pixels, and the greatest share of a picture that they have. */
      localViews: of.localViews,
      localSize: of.localSize,
      localCrop: of.localCrop,
      mix: of.mix,
      mixAlpha: of.mixAlpha,
      // Runs of before have these of every recipe.
      strength: of.strength,
      gamma: of.gamma,
      blur: of.blur,
      greyscale: of.greyscale,
      operations: of.operations,
      magnitude: of.magnitude,
    }),
    learningRate: kept(of.learningRate),
  }),
})

export type SimclrConfig = z.infer<typeof simclrConfig>

/** A config as it is now, also of a run from before recipes, when the augmentation had that name. */
export function withAugmentation(config: unknown): unknown {
  const known = config as { readonly training?: { readonly views?: { readonly recipe?: unknown } } } | null
  const { recipe, ...views } = known?.training?.views ?? {}
  if (recipe === undefined) return config
  return { ...known, training: { ...known?.training, views: { augmentation: recipe, ...views } } }
}

/** The config of a run over some pictures. */
export function configureSimclr(settings: SimclrSettings, pictures: Pictures): SimclrConfig {
  const { batchSize, optimizer } = settings
  const { shape } = pictures
  const peak = { adamw: 0.001, lars: (0.3 * batchSize) / 256, sgd: (0.03 * batchSize) / 256 }
  const { learningRate = peak[optimizer] } = settings
  const training = trainingOf('simclr', settings, pictures, { epochs: defaultEpochs, learningRate })
  return {
    shape,
    encoder: encoderOf(settings, shape),
    head: headOf(settings),
    training: {
      ...training,
      views: {
        ...viewCount(settings),
        augmentation: settings.augmentation,
        leastCrop: settings.leastCrop,
        ...localsOf(settings, shape),
        ...(settings.mix !== undefined && { mix: settings.mix, mixAlpha: settings.mixAlpha ?? 1 }),
        strength: settings.strength,
        gamma: settings.gamma,
        blur: settings.blur,
        greyscale: settings.greyscale,
        operations: settings.operations,
        magnitude: settings.magnitude,
      },
    },
  }
}

/** Multi-crop as a config keeps it, where there is one. */
function localsOf(
  { localViews, localSize, localCrop = 0.14 }: SimclrSettings,
  [height, width]: PictureShape,
) {
  if (localViews === undefined) return {}
  const most = Math.min(height, width)
  const size = localSize ?? Math.round(most / 2)
  if (size <= most) return { localViews, localSize: size, localCrop }
  const message = `localSize must be at most the pictures’ shorter side, ${most}, got ${size}`
  throw conflictError('simclr', 'localSize', message)
}

/**
 * 3×3 convolutions, or residual stages of two, then the means of grid × grid windows: pictures of 28 × 28 with widths
 * 32, 64, 128 and grid 2 give 512 features.
 */
function encoderOf(settings: SimclrSettings, shape: PictureShape): EncoderSpec {
  const { encoder, widths, strides, grid, imageMean, imageDeviation } = settings
  if (strides !== undefined && strides.length !== widths.length) {
    const message = `strides must be ${widths.length}, one for each of widths, got ${strides.length}`
    throw conflictError('simclr', 'strides', message)
  }
  const stages = widths.map((width, i) => {
    const stride = strides?.[i] ?? (i === widths.length - 1 && i > 0 ? 1 : 2)
    const first = { kernel: 3, width, stride }
    return encoder === 'residual' ? [first, { kernel: 3, width, stride: 1 }] : [first]
  })
  const { localSize } = localsOf(settings, shape)
  if (localSize !== undefined) {
    const [side] = lastMapSize(stages, [localSize, localSize])
    if (side < grid) {
      const left = `localSize ${localSize} leaves a last feature map of ${side} × ${side}`
      throw conflictError('simclr', 'localSize', `${left}, which grid ${grid} does not fit in`)
    }
  }
  return {
    kind: 'conv',
    inputShape: shape,
    ...(localSize !== undefined && { moreSizes: [[localSize, localSize] as const] }),
    stages,
    residual: encoder === 'residual',
    norm: 'batch',
    pooling: grid === 1 ? 'average' : { grid },
    mean: imageMean,
    deviation: imageDeviation,
  }
}
