// Sums over one run of axes. Long sums are added up in blocks, so that their error grows with the blocks.

/** Rows added in registers before they go to memory. */
const BLOCK: i32 = 128
/** Numbers of a contiguous sum added in float32; blocks are added in float64. */
const RUN: i32 = 1024

/** The sum of `count` consecutive numbers. */
export function sumRun(x: usize, count: i32): f64 {
  let total: f64 = 0
  for (let start = 0; start < count; start += RUN) {
    const end = min(count, start + RUN)
    let s0 = f32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    let i = start
    let at = x + ((<usize>start) << 2)
    for (; i + 16 <= end; i += 16) {
      s0 = f32x4.add(s0, v128.load(at))
      s1 = f32x4.add(s1, v128.load(at, 16))
      s2 = f32x4.add(s2, v128.load(at, 32))
      s3 = f32x4.add(s3, v128.load(at, 48))
      at += 64
    }
    s0 = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))
    let sum: f32 =
      f32x4.extract_lane(s0, 0) +
      f32x4.extract_lane(s0, 1) +
      (f32x4.extract_lane(s0, 2) + f32x4.extract_lane(s0, 3))
    for (; i < end; i++) {
      sum += load<f32>(at)
      at += 4
    }
    total += <f64>sum
  }
  return total
}

/** out[j] += Σ_i x[i, j] of `rows` rows `width` apart, for `columns` of them. */
function addBlock(x: usize, out: usize, rows: i32, width: i32, columns: i32): void {
  const row = (<usize>width) << 2
  let j = 0
  for (; j + 16 <= columns; j += 16) {
    let at = x + ((<usize>j) << 2)
    let s0 = f32x4.splat(0)
    let s1 = s0
    let s2 = s0
    let s3 = s0
    for (let i = rows; i > 0; i--) {
      s0 = f32x4.add(s0, v128.load(at))
      s1 = f32x4.add(s1, v128.load(at, 16))
      s2 = f32x4.add(s2, v128.load(at, 32))
      s3 = f32x4.add(s3, v128.load(at, 48))
      at += row
    }
    const to = out + ((<usize>j) << 2)
    v128.store(to, f32x4.add(v128.load(to), s0))
    v128.store(to, f32x4.add(v128.load(to, 16), s1), 16)
    v128.store(to, f32x4.add(v128.load(to, 32), s2), 32)
    v128.store(to, f32x4.add(v128.load(to, 48), s3), 48)
  }
  for (; j + 4 <= columns; j += 4) {
    let at = x + ((<usize>j) << 2)
    let sum = f32x4.splat(0)
    for (let i = rows; i > 0; i--) {
      sum = f32x4.add(sum, v128.load(at))
      at += row
    }
    const to = out + ((<usize>j) << 2)
    v128.store(to, f32x4.add(v128.load(to), sum))
  }
  for (; j < columns; j++) {
    let at = x + ((<usize>j) << 2)
    let sum: f32 = 0
    for (let i = rows; i > 0; i--) {
      sum += load<f32>(at)
      at += row
    }
    const to = out + ((<usize>j) << 2)
    store<f32>(to, load<f32>(to) + sum)
  }
}

/** out[o, j] = factor · Σ_i x[o, i, j], i = 0…middle−1, for x of shape [outer, middle, inner]. */
export function sumMiddle(x: usize, out: usize, outer: i32, middle: i32, inner: i32, factor: f32): void {
  const plane = (<usize>middle * <usize>inner) << 2
  if (inner === 1) {
    for (let o = 0; o < outer; o++) {
      store<f32>(out + ((<usize>o) << 2), <f32>(sumRun(x + <usize>o * plane, middle) * <f64>factor))
    }
    return
  }
  const row = (<usize>inner) << 2
  for (let o = 0; o < outer; o++) {
    const from = x + <usize>o * plane
    const to = out + <usize>o * row
    for (let j = 0; j < inner; j++) store<f32>(to + ((<usize>j) << 2), 0)
    for (let i = 0; i < middle; i += BLOCK) {
      addBlock(from + <usize>i * row, to, min(BLOCK, middle - i), inner, inner)
    }
    if (factor !== 1) {
      for (let j = 0; j < inner; j++) {
        store<f32>(to + ((<usize>j) << 2), load<f32>(to + ((<usize>j) << 2)) * factor)
      }
    }
  }
}
