// Maxima over windows and their gradient. A maximum starts at −∞ (tfjs's starts at the smallest positive number,
// and is wrong where a window has no positive one); of equal elements the first, in the order depth, height,
// width, has it. NaN is never greater, so it is passed over, as on tfjs's cpu backend.
import {
  batchOf,
  dilationDepth,
  dilationHeight,
  dilationWidth,
  inChannels,
  inDepth,
  inHeight,
  inWidth,
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

/**
 * For each output element the maximum and the index of the input element it comes from, counted in elements from
 * the start of its picture or volume; −1 where nothing is greater than −∞. Either result may be 0: not wanted.
 */
export function maxPool(x: usize, values: usize, indices: usize, g: usize): void {
  const channels = inChannels(g)
  let place: usize = 0
  for (let b = 0; b < batchOf(g); b++) {
    const volume = x + ((<usize>b * inDepth(g) * inHeight(g) * inWidth(g) * channels) << 2)
    for (let od = 0; od < outDepth(g); od++) {
      for (let oh = 0; oh < outHeight(g); oh++) {
        for (let ow = 0; ow < outWidth(g); ow++) {
          const d0 = od * strideDepth(g) - padFront(g)
          const h0 = oh * strideHeight(g) - padTop(g)
          const w0 = ow * strideWidth(g) - padLeft(g)
          let c = 0
          for (; c <= channels - 4; c += 4) {
            let best = f32x4.splat(-Infinity)
            let found = i32x4.splat(-1)
            for (let i = 0; i < windowDepth(g); i++) {
              const d = d0 + i * dilationDepth(g)
              if (<u32>d >= <u32>inDepth(g)) continue
              for (let j = 0; j < windowHeight(g); j++) {
                const h = h0 + j * dilationHeight(g)
                if (<u32>h >= <u32>inHeight(g)) continue
                for (let k = 0; k < windowWidth(g); k++) {
                  const w = w0 + k * dilationWidth(g)
                  if (<u32>w >= <u32>inWidth(g)) continue
                  const from = ((d * inHeight(g) + h) * inWidth(g) + w) * channels + c
                  const value = v128.load(volume + ((<usize>from) << 2))
                  const greater = f32x4.gt(value, best)
                  best = v128.bitselect(value, best, greater)
                  found = v128.bitselect(i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3)), found, greater)
                }
              }
            }
            if (values) v128.store(values + place, best)
            if (indices) v128.store(indices + place, found)
            place += 16
          }
          for (; c < channels; c++) {
            let best: f32 = -Infinity
            let found = -1
            for (let i = 0; i < windowDepth(g); i++) {
              const d = d0 + i * dilationDepth(g)
              if (<u32>d >= <u32>inDepth(g)) continue
              for (let j = 0; j < windowHeight(g); j++) {
                const h = h0 + j * dilationHeight(g)
                if (<u32>h >= <u32>inHeight(g)) continue
                for (let k = 0; k < windowWidth(g); k++) {
                  const w = w0 + k * dilationWidth(g)
                  if (<u32>w >= <u32>inWidth(g)) continue
                  const from = ((d * inHeight(g) + h) * inWidth(g) + w) * channels + c
                  const value = load<f32>(volume + ((<usize>from) << 2))
                  if (value > best) {
                    best = value
                    found = from
                  }
                }
              }
            }
            if (values) store<f32>(values + place, best)
            if (indices) store<i32>(indices + place, found)
            place += 4
          }
        }
      }
    }
  }
}

/** dx, zero at first, += dy at the indices `maxPool` found; `outputs` and `inputs` count one volume's elements. */
export function scatterAtMaxima(
  dy: usize,
  indices: usize,
  dx: usize,
  batch: i32,
  outputs: i32,
  inputs: i32,
): void {
  for (let b = 0; b < batch; b++) {
    const volume = dx + ((<usize>b * inputs) << 2)
    for (let i = 0; i < outputs; i++) {
      const place = (<usize>(b * outputs + i)) << 2
      const index = load<i32>(indices + place)
      if (index < 0) continue
      const to = volume + ((<usize>index) << 2)
      store<f32>(to, load<f32>(to) + load<f32>(dy + place))
    }
  }
}
