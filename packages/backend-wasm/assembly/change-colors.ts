// Brightness, contrast, saturation, hue and greyscale of pictures, each with changes of its own, by ChangeColors of @chiaro/ops.

import { sumRun } from './sums'

const RED: f32 = 0.2989
const GREEN: f32 = 0.587
const BLUE: f32 = 0.114

// @inline
function cut(value: f32): f32 {
  return min<f32>(max<f32>(value, 0), 1)
}

/** x' = factor·x + offset, cut to 0…1. */
function line(x: usize, count: i32, factor: f32, offset: f32): void {
  const wide = f32x4.splat(factor)
  const plus = f32x4.splat(offset)
  const zero = f32x4.splat(0)
  const one = f32x4.splat(1)
  let i = 0
  for (; i <= count - 4; i += 4) {
    const at = x + ((<usize>i) << 2)
    const value = f32x4.add(f32x4.mul(wide, v128.load(at)), plus)
    v128.store(at, f32x4.min(f32x4.max(value, zero), one))
  }
  for (; i < count; i++) {
    const at = x + ((<usize>i) << 2)
    store<f32>(at, cut(factor * load<f32>(at) + offset))
  }
}

// @inline
function lumaAt(pixel: usize): f32 {
  return RED * load<f32>(pixel) + GREEN * load<f32>(pixel, 4) + BLUE * load<f32>(pixel, 8)
}

/** The mean luma of a picture of `count` numbers. */
function meanLuma(x: usize, count: i32, channels: i32): f64 {
  if (channels === 1) return sumRun(x, count) / <f64>count
  let total: f64 = 0
  const end = x + ((<usize>count) << 2)
  for (let at = x; at < end; at += 12) total += <f64>lumaAt(at)
  return (total * 3) / <f64>count
}

function saturation(x: usize, count: i32, factor: f32): void {
  const end = x + ((<usize>count) << 2)
  for (let at = x; at < end; at += 12) {
    const grey = (<f32>1 - factor) * lumaAt(at)
    store<f32>(at, cut(factor * load<f32>(at) + grey))
    store<f32>(at, cut(factor * load<f32>(at, 4) + grey), 4)
    store<f32>(at, cut(factor * load<f32>(at, 8) + grey), 8)
  }
}

function greyscale(x: usize, count: i32): void {
  const end = x + ((<usize>count) << 2)
  for (let at = x; at < end; at += 12) {
    const grey = lumaAt(at)
    store<f32>(at, grey)
    store<f32>(at, grey, 4)
    store<f32>(at, grey, 8)
  }
}

/** most − span·max(0, min(k, 4 − k, 1)), k = sextant mod 6 for sextants below 12. */
// @inline
function channelOf(sextant: f32, most: f32, span: f32): f32 {
  const k = sextant >= 6 ? sextant - 6 : sextant
  return most - span * max<f32>(0, min<f32>(1, min<f32>(k, 4 - k)))
}

function hue(x: usize, count: i32, turn: f32): void {
  const shift: f32 = <f32>6 * (turn - floor<f32>(turn))
  const end = x + ((<usize>count) << 2)
  for (let at = x; at < end; at += 12) {
    const r = load<f32>(at)
    const g = load<f32>(at, 4)
    const b = load<f32>(at, 8)
    const most = max<f32>(r, max<f32>(g, b))
    const span = most - min<f32>(r, min<f32>(g, b))
    if (!(span > 0)) continue
    let h: f32 = shift
    if (most === r) h += (g - b) / span + 6
    else if (most === g) h += (b - r) / span + 2
    else h += (r - g) / span + 4
    if (h >= 6) h -= 6
    if (h >= 6) h -= 6
    store<f32>(at, channelOf(h + 5, most, span))
    store<f32>(at, channelOf(h + 3, most, span), 4)
    store<f32>(at, channelOf(h + 1, most, span), 8)
  }
}

/** Pictures of `size` numbers, `steps` changes and factors a picture, from x to y. */
@unmanaged
class Changes {
  x: usize
  y: usize
  changes: usize
  factors: usize
  size: i32
  channels: i32
  steps: i32
}

/** Pictures first…end − 1. */
export function changeColors(problem: Changes, first: i32, end: i32): void {
  const size = problem.size
  const channels = problem.channels
  const steps = problem.steps
  const bytes = (<usize>size) << 2
  for (let picture = first; picture < end; picture++) {
    const to = problem.y + <usize>picture * bytes
    memory.copy(to, problem.x + <usize>picture * bytes, bytes)
    for (let step = 0; step < steps; step++) {
      const at = (<usize>(picture * steps + step)) << 2
      const change = load<i32>(problem.changes + at)
      const factor = load<f32>(problem.factors + at)
      if (change === 0) line(to, size, factor, 0)
      else if (change === 1) line(to, size, factor, <f32>((1 - <f64>factor) * meanLuma(to, size, channels)))
      else if (change === 2 && channels === 3) saturation(to, size, factor)
      else if (change === 3 && channels === 3) hue(to, size, factor)
      else if (change === 4 && channels === 3) greyscale(to, size)
    }
  }
}
