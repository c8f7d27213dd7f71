// The gradients of the convolution of volumes; filter [depth, height, width, in, out].
import { addScaledRow, dotRow } from './rows'
import {
  batchOf,
  dilationDepth,
  dilationHeight,
  dilationWidth,
  inChannels,
  inDepth,
  inHeight,
  inWidth,
  outChannels,
  outDepth,
  outHeight,
  outWidth,
  padFront,
  padLeft,
  padTop,
  strideDepth,
  strideHeight,
  strideWidth,
  windowDepth,
  windowHeight,
  windowWidth,
} from './windows'

/** dx[…, c] += Σ_o filter[…, c, o] dy[…, o]; dx is zero at first. */
export function conv3dInputGradient(dy: usize, filter: usize, dx: usize, g: usize): void {
  walk(dy, filter, dx, g, false)
}

/** dFilter[…, c, o] += Σ x[…, c] dy[…, o]; dFilter is zero at first. */
export function conv3dFilterGradient(x: usize, dy: usize, dFilter: usize, g: usize): void {
  walk(dy, dFilter, x, g, true)
}

/** Every meeting of a tap and an input element, once for each output element that it makes. */
function walk(dy: usize, filter: usize, x: usize, g: usize, filterGradient: bool): void {
  const channels = inChannels(g)
  const outputs = outChannels(g)
  let dyAt = dy
  for (let b = 0; b < batchOf(g); b++) {
    for (let od = 0; od < outDepth(g); od++) {
      for (let oh = 0; oh < outHeight(g); oh++) {
        for (let ow = 0; ow < outWidth(g); ow++, dyAt += (<usize>outputs) << 2) {
          for (let i = 0; i < windowDepth(g); i++) {
            const d = od * strideDepth(g) - padFront(g) + i * dilationDepth(g)
            if (<u32>d >= <u32>inDepth(g)) continue
            for (let j = 0; j < windowHeight(g); j++) {
              const h = oh * strideHeight(g) - padTop(g) + j * dilationHeight(g)
              if (<u32>h >= <u32>inHeight(g)) continue
              for (let k = 0; k < windowWidth(g); k++) {
                const w = ow * strideWidth(g) - padLeft(g) + k * dilationWidth(g)
                if (<u32>w >= <u32>inWidth(g)) continue
                const tapIndex = (i * windowHeight(g) + j) * windowWidth(g) + k
                const tap = filter + ((<usize>tapIndex * channels * outputs) << 2)
                const element = ((b * inDepth(g) + d) * inHeight(g) + h) * inWidth(g) + w
                const place = x + ((<usize>element * channels) << 2)
                for (let c = 0; c < channels; c++) {
                  const row = tap + ((<usize>c * outputs) << 2)
                  const at = place + ((<usize>c) << 2)
                  if (filterGradient) addScaledRow(load<f32>(at), dyAt, row, outputs)
                  else store<f32>(at, load<f32>(at) + dotRow(row, dyAt, outputs))
                }
              }
            }
          }
        }
      }
    }
  }
}
