// Packing: operands are copied, in whatever layout they come, into panels the tile reads from front to back.
// That is why a transposed operand costs nothing.

/**
 * Interleaves four runs of `count` consecutive numbers: out[k] = (p0[k], p1[k], p2[k], p3[k]), `step` bytes from
 * one k to the next. Returns where the next k goes.
 */
export function interleave(
  out: usize,
  step: usize,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  count: i32,
): usize {
  let k = count
  for (; k >= 4; k -= 4) {
    const x0 = v128.load(p0)
    const x1 = v128.load(p1)
    const x2 = v128.load(p2)
    const x3 = v128.load(p3)
    const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5)
    const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5)
    const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7)
    const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
    v128.store(out, v128.shuffle<f64>(low01, low23, 0, 2))
    out += step
    v128.store(out, v128.shuffle<f64>(low01, low23, 1, 3))
    out += step
    v128.store(out, v128.shuffle<f64>(high01, high23, 0, 2))
    out += step
    v128.store(out, v128.shuffle<f64>(high01, high23, 1, 3))
    out += step
    p0 += 16
    p1 += 16
    p2 += 16
    p3 += 16
  }
  for (; k > 0; k--) {
    store<f32>(out, load<f32>(p0))
    store<f32>(out, load<f32>(p1), 4)
    store<f32>(out, load<f32>(p2), 8)
    store<f32>(out, load<f32>(p3), 12)
    out += step
    p0 += 4
    p1 += 4
    p2 += 4
    p3 += 4
  }
  return out
}

/**
 * out[k] = four lanes `laneStride` apart, taken every `stride` bytes from `source`; lanes from `lanes` on are 0
 * (they land in parts of a tile nobody reads). Returns where the next k goes.
 */
export function pack4(
  out: usize,
  step: usize,
  source: usize,
  laneStride: isize,
  stride: isize,
  lanes: i32,
  count: i32,
): usize {
  if (lanes >= 4) {
    if (laneStride === 4) {
      for (let k = count; k > 0; k--) {
        v128.store(out, v128.load(source))
        out += step
        source += stride
      }
      return out
    }
    const p1 = source + laneStride
    const p2 = p1 + laneStride
    const p3 = p2 + laneStride
    if (stride === 4) return interleave(out, step, source, p1, p2, p3, count)
    for (let at: isize = 0, k = count; k > 0; k--, at += stride) {
      store<f32>(out, load<f32>(source + at))
      store<f32>(out, load<f32>(p1 + at), 4)
      store<f32>(out, load<f32>(p2 + at), 8)
      store<f32>(out, load<f32>(p3 + at), 12)
      out += step
    }
    return out
  }
  for (let k = count; k > 0; k--) {
    v128.store(out, f32x4.splat(0))
    let from = source
    for (let lane = 0; lane < lanes; lane++) {
      store<f32>(out + ((<usize>lane) << 2), load<f32>(from))
      from += laneStride
    }
    out += step
    source += stride
  }
  return out
}
