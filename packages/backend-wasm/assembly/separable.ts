// Pictures resampled along their height, then along their width, each by matrices of its own that are mostly zeros.

import { addScaledRow } from './rows'

/** Where the numbers of a row that are not 0 begin and end. */
function rangeOf(row: usize, count: i32, out: usize): void {
  let from = 0
  while (from < count && load<f32>(row + ((<usize>from) << 2)) === 0) from++
  let to = count
  while (to > from && load<f32>(row + ((<usize>(to - 1)) << 2)) === 0) to--
  store<i32>(out, from)
  store<i32>(out, to, 4)
}

/** Bytes of scratch memory for a line and the ranges of `wide` columns. */
export function separableScratch(width: i32, channels: i32, wide: i32): usize {
  return ((<usize>(width * channels + 4)) << 2) + ((<usize>wide) << 3)
}

/**
 * y[p] = rows[p]·x[p]·columns[p]ᵀ channel by channel, for pictures p: x is [height, width, channels], rows [high, height],
 * columns [wide, width], y [high, wide, channels]. A weight of 0 is no term: what it meets does not count.
 */
@unmanaged
class SeparableMaps {
  x: usize
  rows: usize
  columns: usize
  y: usize
  height: i32
  width: i32
  channels: i32
  high: i32
  wide: i32
}

/** Pictures first…end − 1. */
export function separable(problem: SeparableMaps, first: i32, end: i32, scratch: usize): void {
  const height = problem.height
  const width = problem.width
  const channels = problem.channels
  const high = problem.high
  const wide = problem.wide
  const across = width * channels
  const lineBytes = (<usize>across) << 2
  const pixel = (<usize>channels) << 2
  const line = scratch
  const ranges = scratch + ((<usize>(across + 4)) << 2)
  for (let picture = first; picture < end; picture++) {
    const from = problem.x + <usize>picture * <usize>height * lineBytes
    const down = problem.rows + ((<usize>picture * <usize>(high * height)) << 2)
    const weights = problem.columns + ((<usize>picture * <usize>(wide * width)) << 2)
    let to = problem.y + <usize>picture * <usize>(high * wide) * pixel
    for (let q = 0; q < wide; q++)
      rangeOf(weights + ((<usize>(q * width)) << 2), width, ranges + ((<usize>q) << 3))
    for (let r = 0; r < high; r++) {
      memory.fill(line, 0, lineBytes)
      for (let i = 0; i < height; i++) {
        const weight = load<f32>(down + ((<usize>(r * height + i)) << 2))
        if (weight !== 0) addScaledRow(weight, from + <usize>i * lineBytes, line, across)
      }
      for (let q = 0; q < wide; q++) {
        const row = weights + ((<usize>(q * width)) << 2)
        const low = load<i32>(ranges + ((<usize>q) << 3))
        const past = load<i32>(ranges + ((<usize>q) << 3), 4)
        for (let c = 0; c < channels; c += 4) {
          // Lanes beyond the last channel hold a neighbour's numbers, and are not stored.
          let sum = f32x4.splat(0)
          let at = line + <usize>low * pixel + ((<usize>c) << 2)
          for (let j = low; j < past; j++) {
            sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(row + ((<usize>j) << 2)), v128.load(at)))
            at += pixel
          }
          const out = to + ((<usize>c) << 2)
          const left = channels - c
          if (left >= 4) v128.store(out, sum)
          else {
            v128.store32_lane(out, sum, 0)
            if (left > 1) v128.store32_lane(out, sum, 1, 4)
            if (left > 2) v128.store32_lane(out, sum, 2, 8)
          }
        }
        to += pixel
      }
    }
  }
}
