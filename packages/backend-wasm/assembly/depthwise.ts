// The gradients of the depthwise convolution: channel c of the input makes the outputs c·m … c·m + m − 1.
import { addProductRow, addScaledRow, dotRow } from './rows'
import {
  batchOf,
  dilationHeight,
  dilationWidth,
  inChannels,
  inHeight,
  inWidth,
  outChannels,
  outHeight,
  outWidth,
  padLeft,
  padTop,
  strideHeight,
  strideWidth,
  windowHeight,
  windowWidth,
} from './windows'

/** dx[b, h, w, c] += Σ_m filter[j, k, c, m] dy[b, oh, ow, cm]; dx is zero at first. */
export function depthwiseInputGradient(dy: usize, filter: usize, dx: usize, g: usize): void {
  const channels = inChannels(g)
  const outputs = outChannels(g)
  const multiplier = outputs / channels
  for (let b = 0; b < batchOf(g); b++) {
    for (let oh = 0; oh < outHeight(g); oh++) {
      for (let ow = 0; ow < outWidth(g); ow++) {
        const dyAt = dy + ((<usize>((b * outHeight(g) + oh) * outWidth(g) + ow) * outputs) << 2)
        for (let j = 0; j < windowHeight(g); j++) {
          const h = oh * strideHeight(g) - padTop(g) + j * dilationHeight(g)
          if (<u32>h >= <u32>inHeight(g)) continue
          for (let k = 0; k < windowWidth(g); k++) {
            const w = ow * strideWidth(g) - padLeft(g) + k * dilationWidth(g)
            if (<u32>w >= <u32>inWidth(g)) continue
            const tap = filter + ((<usize>(j * windowWidth(g) + k) * outputs) << 2)
            const to = dx + ((<usize>((b * inHeight(g) + h) * inWidth(g) + w) * channels) << 2)
            if (multiplier === 1) addProductRow(tap, dyAt, to, channels)
            else {
              for (let c = 0; c < channels; c++) {
                const at = (<usize>c * multiplier) << 2
                const place = to + ((<usize>c) << 2)
                store<f32>(place, load<f32>(place) + dotRow(tap + at, dyAt + at, multiplier))
              }
            }
          }
        }
      }
    }
  }
}

/** dFilter[j, k, c, m] += Σ x[b, h, w, c] dy[b, oh, ow, cm]; dFilter is zero at first. */
export function depthwiseFilterGradient(x: usize, dy: usize, dFilter: usize, g: usize): void {
  const channels = inChannels(g)
  const outputs = outChannels(g)
  const multiplier = outputs / channels
  for (let b = 0; b < batchOf(g); b++) {
    for (let oh = 0; oh < outHeight(g); oh++) {
      for (let ow = 0; ow < outWidth(g); ow++) {
        const dyAt = dy + ((<usize>((b * outHeight(g) + oh) * outWidth(g) + ow) * outputs) << 2)
        for (let j = 0; j < windowHeight(g); j++) {
          const h = oh * strideHeight(g) - padTop(g) + j * dilationHeight(g)
          if (<u32>h >= <u32>inHeight(g)) continue
          for (let k = 0; k < windowWidth(g); k++) {
            const w = ow * strideWidth(g) - padLeft(g) + k * dilationWidth(g)
            if (<u32>w >= <u32>inWidth(g)) continue
            const tap = dFilter + ((<usize>(j * windowWidth(g) + k) * outputs) << 2)
            const from = x + ((<usize>((b * inHeight(g) + h) * inWidth(g) + w) * channels) << 2)
            if (multiplier === 1) addProductRow(from, dyAt, tap, channels)
            else {
              for (let c = 0; c < channels; c++) {
                const at = (<usize>c * multiplier) << 2
                addScaledRow(load<f32>(from + ((<usize>c) << 2)), dyAt + at, tap + at, multiplier)
              }
            }
          }
        }
      }
    }
  }
}
