// Moments and normalisation over rows of channels. Sums run in float32 over blocks of rows and in float64 over
// the blocks, in one fixed order. Loops run over channels inside rows, so any number of channels is contiguous.

const blockRows: i32 = 64

/** The float64 numbers at `sums` grow by the float32 ones at `part`, which become zero. */
@inline
function flush(part: usize, sums: usize, count: i32): void {
  for (let j = 0; j < count; j++) {
    const at = <usize>j
    store<f64>(sums + (at << 3), load<f64>(sums + (at << 3)) + <f64>load<f32>(part + (at << 2)))
    store<f32>(part + (at << 2), 0)
  }
}

@inline
function clear(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes)
}

/** mean and variance [channels] of x [rows, channels]; `scratch` holds 12 bytes a channel, 8-byte aligned. */
export function channelMoments(x: usize, mean: usize, variance: usize, scratch: usize, rows: i32, channels: i32): void {
  const stride = <usize>channels << 2
  const sums = scratch
  const part = scratch + (<usize>channels << 3)
  clear(scratch, <usize>channels * 12)
  for (let i = 0; i < rows; i++) {
    const row = x + <usize>i * stride
    let j = 0
    for (; j <= channels - 4; j += 4) {
      const at = <usize>j << 2
      v128.store(part + at, f32x4.add(v128.load(part + at), v128.load(row + at)))
    }
    for (; j < channels; j++) {
      const at = <usize>j << 2
      store<f32>(part + at, load<f32>(part + at) + load<f32>(row + at))
    }
    if (i % blockRows == blockRows - 1) flush(part, sums, channels)
  }
  flush(part, sums, channels)
  for (let j = 0; j < channels; j++) {
    store<f32>(mean + (<usize>j << 2), <f32>(load<f64>(sums + (<usize>j << 3)) / <f64>rows))
  }
  clear(scratch, <usize>channels * 12)
  for (let i = 0; i < rows; i++) {
    const row = x + <usize>i * stride
    let j = 0
    for (; j <= channels - 4; j += 4) {
      const at = <usize>j << 2
      const d = f32x4.sub(v128.load(row + at), v128.load(mean + at))
      v128.store(part + at, f32x4.add(v128.load(part + at), f32x4.mul(d, d)))
    }
    for (; j < channels; j++) {
      const at = <usize>j << 2
      const d = load<f32>(row + at) - load<f32>(mean + at)
      store<f32>(part + at, load<f32>(part + at) + d * d)
    }
    if (i % blockRows == blockRows - 1) flush(part, sums, channels)
  }
  flush(part, sums, channels)
  for (let j = 0; j < channels; j++) {
    store<f32>(variance + (<usize>j << 2), <f32>(load<f64>(sums + (<usize>j << 3)) / <f64>rows))
  }
}

/** factor = scale/√(variance + epsilon) and shift = offset − mean · factor, so that y = x · factor + shift. */
@inline
function lineOf(
  mean: usize, variance: usize, scale: usize, offset: usize, factor: usize, shift: usize,
  channels: i32, epsilon: f32,
): void {
  for (let j = 0; j < channels; j++) {
    const at = <usize>j << 2
    const f = load<f32>(scale + at) / sqrt<f32>(load<f32>(variance + at) + epsilon)
    store<f32>(factor + at, f)
    store<f32>(shift + at, load<f32>(offset + at) - load<f32>(mean + at) * f)
  }
}

/** y = x · factor + shift, with ReLU if `relu`; `scratch` holds 8 bytes a channel. */
export function channelNorm(
  x: usize, mean: usize, variance: usize, scale: usize, offset: usize, y: usize, scratch: usize,
  rows: i32, channels: i32, epsilon: f32, relu: bool,
): void {
  const stride = <usize>channels << 2
  const factor = scratch
  const shift = scratch + stride
  lineOf(mean, variance, scale, offset, factor, shift, channels, epsilon)
  const floor = relu ? <f32>0 : -f32.MAX_VALUE * 2
  const wide = f32x4.splat(floor)
  for (let i = 0; i < rows; i++) {
    const row = <usize>i * stride
    let j = 0
    for (; j <= channels - 4; j += 4) {
      const at = <usize>j << 2
      const value = f32x4.add(f32x4.mul(v128.load(x + row + at), v128.load(factor + at)), v128.load(shift + at))
      v128.store(y + row + at, f32x4.max(value, wide))
    }
    for (; j < channels; j++) {
      const at = <usize>j << 2
      store<f32>(y + row + at, max<f32>(load<f32>(x + row + at) * load<f32>(factor + at) + load<f32>(shift + at), floor))
    }
  }
}

/**
 * dx [rows, channels], scaleGradient and offsetGradient [channels]; `scratch` holds 40 bytes a channel, 8-byte
 * aligned. The sums of d and d·(x − mean) are all that the first pass leaves; the second is one line in x and d.
 */
export function channelNormGradient(
  x: usize, dy: usize, mean: usize, variance: usize, scale: usize, offset: usize,
  dx: usize, scaleGradient: usize, offsetGradient: usize, scratch: usize,
  rows: i32, channels: i32, epsilon: f32, relu: bool,
): void {
  const stride = <usize>channels << 2
  const sums = scratch
  const sumsX = scratch + (stride << 1)
  const part = scratch + (stride << 2)
  const partX = part + stride
  const factor = partX + stride
  const shift = factor + stride
  const across = shift + stride
  const constant = across + stride
  clear(scratch, stride * 6)
  lineOf(mean, variance, scale, offset, factor, shift, channels, epsilon)
  const zero = f32x4.splat(0)
  for (let i = 0; i < rows; i++) {
    const row = <usize>i * stride
    let j = 0
    for (; j <= channels - 4; j += 4) {
      const at = <usize>j << 2
      const value = v128.load(x + row + at)
      let d = v128.load(dy + row + at)
      if (relu) {
        const pre = f32x4.add(f32x4.mul(value, v128.load(factor + at)), v128.load(shift + at))
        d = v128.and(d, f32x4.gt(pre, zero))
      }
      v128.store(part + at, f32x4.add(v128.load(part + at), d))
      const centred = f32x4.sub(value, v128.load(mean + at))
      v128.store(partX + at, f32x4.add(v128.load(partX + at), f32x4.mul(d, centred)))
    }
    for (; j < channels; j++) {
      const at = <usize>j << 2
      const value = load<f32>(x + row + at)
      let d = load<f32>(dy + row + at)
      if (relu && !(value * load<f32>(factor + at) + load<f32>(shift + at) > 0)) d = 0
      store<f32>(part + at, load<f32>(part + at) + d)
      store<f32>(partX + at, load<f32>(partX + at) + d * (value - load<f32>(mean + at)))
    }
    if (i % blockRows == blockRows - 1) {
      flush(part, sums, channels)
      flush(partX, sumsX, channels)
    }
  }
  flush(part, sums, channels)
  flush(partX, sumsX, channels)
  // dx = factor · d + across · (x − mean) + constant
  for (let j = 0; j < channels; j++) {
    const at = <usize>j << 2
    const sum = load<f64>(sums + (at << 1))
    const sumX = load<f64>(sumsX + (at << 1))
    const inverse = 1 / sqrt<f64>(<f64>load<f32>(variance + at) + <f64>epsilon)
    const gain = <f64>load<f32>(scale + at) * inverse
    store<f32>(offsetGradient + at, <f32>sum)
    store<f32>(scaleGradient + at, <f32>(sumX * inverse))
    store<f32>(across + at, <f32>(-gain * sumX * inverse * inverse / <f64>rows))
    store<f32>(constant + at, <f32>(-gain * sum / <f64>rows))
  }
  for (let i = 0; i < rows; i++) {
    const row = <usize>i * stride
    let j = 0
    for (; j <= channels - 4; j += 4) {
      const at = <usize>j << 2
      const value = v128.load(x + row + at)
      let d = v128.load(dy + row + at)
      const slope = v128.load(factor + at)
      if (relu) {
        const pre = f32x4.add(f32x4.mul(value, slope), v128.load(shift + at))
        d = v128.and(d, f32x4.gt(pre, zero))
      }
      const line = f32x4.add(f32x4.mul(f32x4.sub(value, v128.load(mean + at)), v128.load(across + at)), v128.load(constant + at))
      v128.store(dx + row + at, f32x4.add(f32x4.mul(d, slope), line))
    }
    for (; j < channels; j++) {
      const at = <usize>j << 2
      const value = load<f32>(x + row + at)
      let d = load<f32>(dy + row + at)
      const slope = load<f32>(factor + at)
      if (relu && !(value * slope + load<f32>(shift + at) > 0)) d = 0
      store<f32>(dx + row + at, d * slope + (value - load<f32>(mean + at)) * load<f32>(across + at) + load<f32>(constant + at))
    }
  }
}
