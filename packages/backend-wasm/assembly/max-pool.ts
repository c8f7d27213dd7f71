// Maxima over windows and their gradient. A maximum starts at −∞ (tfjs's starts at the smallest positive number,
// and is wrong where a window has no positive one); of equal elements the first, in the order depth, height,
// width, has it. NaN is never greater, so it is passed over, as on tfjs's cpu backend.

import { MaybeAddress } from './memory'
import { TAP, tapStep, Windows, walk } from './windows'

/**
 * The maxima y of windows over x, and the places they come from: numbers counted from the start of their picture or
 * volume, −1 where nothing is greater than −∞. Either result may be missing.
 */
@unmanaged
class Pooling extends Windows {
  x: usize
  y: MaybeAddress
  places: MaybeAddress

  @inline
  window(volume: i32, origin: i32, output: i32, taps: usize, past: usize): void {
    const channels = this.inChannels
    const place = origin * channels
    const x = this.x + ((<usize>(volume + origin) * <usize>channels) << 2)
    const to = (<usize>output * <usize>channels) << 2
    let c = 0
    for (; c <= channels - 4; c += 4) this.maxima(x, place, to, c, taps, past, true)
    for (; c < channels; c++) this.maxima(x, place, to, c, taps, past, false)
  }

  /** Those of four channels from c on, or of one. */
  @inline
  maxima(x: usize, place: i32, to: usize, c: i32, taps: usize, past: usize, four: bool): void {
    const channels = this.inChannels
    const at = (<usize>c) << 2
    let best = f32x4.splat(-Infinity)
    let found = i32x4.splat(-1)
    for (let tap = taps; tap < past; tap += TAP) {
      const step = tapStep(tap) * channels
      const from = x + at + ((<usize>step) << 2)
      const value = four ? v128.load(from) : v128.load32_zero(from)
      const greater = f32x4.gt(value, best)
      best = v128.bitselect(value, best, greater)
      found = v128.bitselect(i32x4.splat(step), found, greater)
    }
    const own = i32x4.add(i32x4.splat(place + c), i32x4(0, 1, 2, 3))
    // A step is never negative.
    const places = v128.or(i32x4.add(found, own), i32x4.lt_s(found, i32x4.splat(0)))
    if (this.y) {
      if (four) v128.store(this.y + to + at, best)
      else v128.store32_lane(this.y + to + at, best, 0)
    }
    if (this.places) {
      if (four) v128.store(this.places + to + at, places)
      else v128.store32_lane(this.places + to + at, places, 0)
    }
  }
}

/** y and places of the volumes first…end − 1. */
export function maxPool(problem: Pooling, first: i32, end: i32, scratch: usize): void {
  walk<Pooling>(problem, first, end, scratch)
}

/** x, zero at first, += y at the places that `maxPool` found: the gradient of the volumes first…end − 1. */
export function scatterAtMaxima(problem: Pooling, first: i32, end: i32): void {
  const inputs = problem.inDepth * problem.inHeight * problem.inWidth * problem.inChannels
  const outputs = problem.outDepth * problem.outHeight * problem.outWidth * problem.inChannels
  for (let b = first; b < end; b++) {
    const volume = problem.x + ((<usize>b * <usize>inputs) << 2)
    for (let i = 0; i < outputs; i++) {
      const from = (<usize>(b * outputs + i)) << 2
      const place = load<i32>(problem.places + from)
      if (place < 0) continue
      const to = volume + ((<usize>place) << 2)
      store<f32>(to, load<f32>(to) + load<f32>(problem.y + from))
    }
  }
}
