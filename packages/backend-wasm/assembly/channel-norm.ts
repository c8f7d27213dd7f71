// Moments and normalisation over rows of channels. A block of rows is read four channels at a time, whose sums and
// constants stay in registers; sums run in float32 over a block's rows and in float64 over the blocks, in one fixed order.
// Threads share out channels where there is something to sum, so that each sum is one thread's; where there is nothing, they
// share out rows: two that write to one row would wait for each other's cache lines.

/** x [rows, channels]; what is a number a channel has `channels` numbers. */
@unmanaged
class ChannelMoments {
  rows: i32
  channels: i32
  x: usize
  mean: usize
  variance: usize
}

/** y = (x − mean) · scale/√(variance + epsilon) + offset, with ReLU if `relu`. */
@unmanaged
class NormalisedChannels extends ChannelMoments {
  scale: usize
  offset: usize
  epsilon: f32
  relu: bool
}

@unmanaged
class ChannelNormalisation extends NormalisedChannels {
  y: usize
}

/** `lines` has 4·channels numbers: factor, shift, across and constant of dx, see channelNormGradient. */
@unmanaged
class ChannelNormalisationGradient extends NormalisedChannels {
  dy: usize
  dx: usize
  scaleGradient: usize
  offsetGradient: usize
  lines: usize
}

const BLOCK: i32 = 64

/** Four channels, or the single one at `at`. */
// @inline
function loadChannels(at: usize, whole: bool): v128 {
  return whole ? v128.load(at) : v128.load32_zero(at)
}

// @inline
function storeChannels(at: usize, value: v128, whole: bool): void {
  if (whole) v128.store(at, value)
  else v128.store32_lane(at, value, 0)
}

/** The float64 numbers at `sums` grow by those of `part`. */
// @inline
function flush(part: v128, sums: usize, whole: bool): void {
  if (whole) {
    const upper = i8x16.shuffle(part, part, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15)
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.promote_low_f32x4(part)))
    v128.store(sums, f64x2.add(v128.load(sums, 16), f64x2.promote_low_f32x4(upper)), 16)
  } else {
    store<f64>(sums, load<f64>(sums) + <f64>f32x4.extract_lane(part, 0))
  }
}

/** sums[j] = Σ_rows x, or Σ_rows (x − mean)². */
function columnSums(
  x: usize,
  mean: usize,
  sums: usize,
  rows: i32,
  channels: i32,
  count: i32,
  squares: bool,
): void {
  const stride = (<usize>channels) << 2
  const zero = f32x4.splat(0)
  memory.fill(sums, 0, (<usize>count) << 3)
  for (let top = 0; top < rows; top += BLOCK) {
    const block = min(BLOCK, rows - top)
    const from = x + <usize>top * stride
    let j = 0
    for (; j <= count - 16; j += 16) {
      let at = from + ((<usize>j) << 2)
      const centre = mean + ((<usize>j) << 2)
      const m0 = squares ? v128.load(centre) : zero
      const m1 = squares ? v128.load(centre, 16) : zero
      const m2 = squares ? v128.load(centre, 32) : zero
      const m3 = squares ? v128.load(centre, 48) : zero
      let s0 = zero
      let s1 = zero
      let s2 = zero
      let s3 = zero
      if (squares) {
        for (let i = block; i > 0; i--) {
          const d0 = f32x4.sub(v128.load(at), m0)
          const d1 = f32x4.sub(v128.load(at, 16), m1)
          const d2 = f32x4.sub(v128.load(at, 32), m2)
          const d3 = f32x4.sub(v128.load(at, 48), m3)
          s0 = f32x4.add(s0, f32x4.mul(d0, d0))
          s1 = f32x4.add(s1, f32x4.mul(d1, d1))
          s2 = f32x4.add(s2, f32x4.mul(d2, d2))
          s3 = f32x4.add(s3, f32x4.mul(d3, d3))
          at += stride
        }
      } else {
        for (let i = block; i > 0; i--) {
          s0 = f32x4.add(s0, v128.load(at))
          s1 = f32x4.add(s1, v128.load(at, 16))
          s2 = f32x4.add(s2, v128.load(at, 32))
          s3 = f32x4.add(s3, v128.load(at, 48))
          at += stride
        }
      }
      const to = sums + ((<usize>j) << 3)
      flush(s0, to, true)
      flush(s1, to + 32, true)
      flush(s2, to + 64, true)
      flush(s3, to + 96, true)
    }
    while (j < count) {
      const whole = j <= count - 4
      let at = from + ((<usize>j) << 2)
      const m = squares ? loadChannels(mean + ((<usize>j) << 2), whole) : zero
      let sum = zero
      for (let i = block; i > 0; i--) {
        const d = f32x4.sub(loadChannels(at, whole), m)
        sum = f32x4.add(sum, squares ? f32x4.mul(d, d) : d)
        at += stride
      }
      flush(sum, sums + ((<usize>j) << 3), whole)
      j += whole ? 4 : 1
    }
  }
}

// @inline
function meansOf(sums: usize, out: usize, rows: i32, count: i32): void {
  for (let j = 0; j < count; j++) {
    store<f32>(out + ((<usize>j) << 2), <f32>(load<f64>(sums + ((<usize>j) << 3)) / <f64>rows))
  }
}

/** The number of a channel in a list of one a channel, or in the first row. */
// @inline
function ofChannel(numbers: usize, channel: i32): usize {
  return numbers + ((<usize>channel) << 2)
}

/** mean and variance of the channels first…end − 1; `scratch` holds 8 bytes a channel, 8-byte aligned. */
export function channelMoments(problem: ChannelMoments, first: i32, end: i32, scratch: usize): void {
  const rows = problem.rows
  const channels = problem.channels
  const x = ofChannel(problem.x, first)
  const mean = ofChannel(problem.mean, first)
  columnSums(x, 0, scratch, rows, channels, end - first, false)
  meansOf(scratch, mean, rows, end - first)
  columnSums(x, mean, scratch, rows, channels, end - first, true)
  meansOf(scratch, ofChannel(problem.variance, first), rows, end - first)
}

/** factor = scale/√(variance + epsilon) and shift = offset − mean · factor, so that y = x · factor + shift. */
// @inline
function lineOf(problem: NormalisedChannels, first: i32, count: i32, factor: usize, shift: usize): void {
  const mean = ofChannel(problem.mean, first)
  const variance = ofChannel(problem.variance, first)
  const scale = ofChannel(problem.scale, first)
  const offset = ofChannel(problem.offset, first)
  const epsilon = problem.epsilon
  for (let j = 0; j < count; j++) {
    const at = (<usize>j) << 2
    const f = load<f32>(scale + at) / sqrt<f32>(load<f32>(variance + at) + epsilon)
    store<f32>(factor + at, f)
    store<f32>(shift + at, load<f32>(offset + at) - load<f32>(mean + at) * f)
  }
}

/** `rows` rows of four channels, or of one. */
// @inline
function normalise(
  x: usize,
  y: usize,
  rows: i32,
  stride: usize,
  factor: v128,
  shift: v128,
  floor: v128,
  whole: bool,
): void {
  for (let i = rows; i > 0; i--) {
    const value = f32x4.add(f32x4.mul(loadChannels(x, whole), factor), shift)
    storeChannels(y, f32x4.max(value, floor), whole)
    x += stride
    y += stride
  }
}

/** y of the rows first…end − 1; `scratch` holds 8 bytes a channel. */
export function channelNorm(problem: ChannelNormalisation, first: i32, end: i32, scratch: usize): void {
  const channels = problem.channels
  const stride = (<usize>channels) << 2
  const factor = scratch
  const shift = scratch + stride
  lineOf(problem, 0, channels, factor, shift)
  const floor = f32x4.splat(problem.relu ? <f32>0 : -Infinity)
  for (let top = first; top < end; top += BLOCK) {
    const block = min(BLOCK, end - top)
    const from = problem.x + <usize>top * stride
    const to = problem.y + <usize>top * stride
    for (let j = 0; j < channels; ) {
      const whole = j <= channels - 4
      const column = (<usize>j) << 2
      const f = loadChannels(factor + column, whole)
      const s = loadChannels(shift + column, whole)
      if (whole) normalise(from + column, to + column, block, stride, f, s, floor, true)
      else normalise(from + column, to + column, block, stride, f, s, floor, false)
      j += whole ? 4 : 1
    }
  }
}

/** dy where x · factor + shift is above 0, or where `all` is set: there was no ReLU. */
// @inline
function pastRelu(dy: v128, x: v128, factor: v128, shift: v128, all: v128): v128 {
  const open = f32x4.gt(f32x4.add(f32x4.mul(x, factor), shift), f32x4.splat(0))
  return v128.and(dy, v128.or(all, open))
}

/**
 * scaleGradient, offsetGradient and the lines of the channels first…end − 1; `scratch` holds 16 bytes a channel, 8-byte
 * aligned. The sums of d and d·(x − mean), d = dy past ReLU, are all that dx needs of other rows.
 */
export function channelNormGradientSums(
  problem: ChannelNormalisationGradient,
  first: i32,
  end: i32,
  scratch: usize,
): void {
  const rows = problem.rows
  const count = end - first
  const x = ofChannel(problem.x, first)
  const dy = ofChannel(problem.dy, first)
  const mean = ofChannel(problem.mean, first)
  const variance = ofChannel(problem.variance, first)
  const scale = ofChannel(problem.scale, first)
  const scaleGradient = ofChannel(problem.scaleGradient, first)
  const offsetGradient = ofChannel(problem.offsetGradient, first)
  const stride = (<usize>problem.channels) << 2
  const sums = scratch
  const sumsX = sums + ((<usize>count) << 3)
  const factor = ofChannel(problem.lines, first)
  const shift = factor + stride
  const across = shift + stride
  const constant = across + stride
  memory.fill(scratch, 0, (<usize>count) << 4)
  lineOf(problem, first, count, factor, shift)
  const zero = f32x4.splat(0)
  const all = i32x4.splat(problem.relu ? 0 : -1)
  for (let top = 0; top < rows; top += BLOCK) {
    const block = min(BLOCK, rows - top)
    for (let j = 0; j < count; ) {
      const whole = j <= count - 4
      const column = (<usize>j) << 2
      const f = loadChannels(factor + column, whole)
      const s = loadChannels(shift + column, whole)
      const m = loadChannels(mean + column, whole)
      let part = zero
      let partX = zero
      let at = <usize>top * stride + column
      for (let i = block; i > 0; i--) {
        const value = loadChannels(x + at, whole)
        const d = pastRelu(loadChannels(dy + at, whole), value, f, s, all)
        part = f32x4.add(part, d)
        partX = f32x4.add(partX, f32x4.mul(d, f32x4.sub(value, m)))
        at += stride
      }
      flush(part, sums + (column << 1), whole)
      flush(partX, sumsX + (column << 1), whole)
      j += whole ? 4 : 1
    }
  }
  for (let j = 0; j < count; j++) {
    const at = (<usize>j) << 2
    const sum = load<f64>(sums + (at << 1))
    const sumX = load<f64>(sumsX + (at << 1))
    const inverse = 1 / sqrt<f64>(<f64>load<f32>(variance + at) + <f64>problem.epsilon)
    const gain = <f64>load<f32>(scale + at) * inverse
    store<f32>(offsetGradient + at, <f32>sum)
    store<f32>(scaleGradient + at, <f32>(sumX * inverse))
    store<f32>(across + at, <f32>((-gain * sumX * inverse * inverse) / <f64>rows))
    store<f32>(constant + at, <f32>((-gain * sum) / <f64>rows))
  }
}

/** dx = factor · d + across · (x − mean) + constant of the rows first…end − 1. */
export function channelNormGradient(problem: ChannelNormalisationGradient, first: i32, end: i32): void {
  const channels = problem.channels
  const stride = (<usize>channels) << 2
  const factor = problem.lines
  const shift = factor + stride
  const across = shift + stride
  const constant = across + stride
  const all = i32x4.splat(problem.relu ? 0 : -1)
  for (let top = first; top < end; top += BLOCK) {
    const block = min(BLOCK, end - top)
    for (let j = 0; j < channels; ) {
      const whole = j <= channels - 4
      const column = (<usize>j) << 2
      const f = loadChannels(factor + column, whole)
      const s = loadChannels(shift + column, whole)
      const m = loadChannels(problem.mean + column, whole)
      const a = loadChannels(across + column, whole)
      const c = loadChannels(constant + column, whole)
      let at = <usize>top * stride + column
      for (let i = block; i > 0; i--) {
        const value = loadChannels(problem.x + at, whole)
        const d = pastRelu(loadChannels(problem.dy + at, whole), value, f, s, all)
        const line = f32x4.add(f32x4.mul(f32x4.sub(value, m), a), c)
        storeChannels(problem.dx + at, f32x4.add(f32x4.mul(d, f), line), whole)
        at += stride
      }
      j += whole ? 4 : 1
    }
  }
}
