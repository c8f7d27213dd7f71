import type { EncoderSpec } from '@chiaro/encoders'
import type { PictureShape } from '../pictures/open-pictures.ts'

/** What the command line says of the encoder. */
export interface SimclrEncoderOptions {
  readonly encoder: 'conv' | 'residual'
  /** Channels of each convolution or residual stage. */
  readonly widths: readonly number[]
  /** Windows a side that the last feature map is averaged over. */
  readonly grid: number
  readonly imageMean: number
  readonly imageDeviation: number
}

/**
 * 3×3 convolutions of stride 2 but for the last, or residual stages of two, then the means of grid × grid windows:
 * pictures of 28 × 28 with widths 32, 64, 128 and grid 2 give 512 features.
 */
export function encoderSpec(options: SimclrEncoderOptions, shape: PictureShape): EncoderSpec {
  const { encoder, widths, grid, imageMean, imageDeviation } = options
  const stages = widths.map((width, i) => {
    const first = { kernel: 3, width, stride: i === widths.length - 1 && i > 0 ? 1 : 2 }
    return encoder === 'residual' ? [first, { kernel: 3, width, stride: 1 }] : [first]
  })
  return {
    kind: 'conv',
    inputShape: shape,
    stages,
    residual: encoder === 'residual',
    norm: 'batch',
    pooling: { grid },
    mean: imageMean,
    deviation: imageDeviation,
  }
}
