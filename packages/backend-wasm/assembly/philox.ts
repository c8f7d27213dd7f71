// Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), four blocks at a time, and the distributions made of its words.
// The arithmetic is that of philox/ in @chiaro/core, operation by operation, so that the bits are too.

const MULTIPLIER_0: i32 = <i32>0xd2511f53
const MULTIPLIER_1: i32 = <i32>0xcd9e8d57
const WEYL_0: i32 = <i32>0x9e3779b9
const WEYL_1: i32 = <i32>0xbb67ae85

/** Words of four blocks. */
const GROUP: i32 = 16

/** The lower (0) or upper (4) halves of four 64-bit products. */
// @inline
function lows(first: v128, second: v128): v128 {
  return i8x16.shuffle(first, second, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
}

// @inline
function highs(first: v128, second: v128): v128 {
  return i8x16.shuffle(first, second, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
}

/** The sixteen words of blocks `block`…`block` + 3, below 2³², to `out`, which is aligned to 16 bytes. */
function fourBlocks(out: usize, block: u32, keyLow: i32, keyHigh: i32): void {
  const multiplier0 = i32x4.splat(MULTIPLIER_0)
  const multiplier1 = i32x4.splat(MULTIPLIER_1)
  let c0 = i32x4.add(i32x4.splat(<i32>block), i32x4(0, 1, 2, 3))
  let c1 = i32x4.splat(0)
  let c2 = c1
  let c3 = c1
  for (let round = 0; round < 10; round++) {
    const first0 = i64x2.extmul_low_i32x4_u(c0, multiplier0)
    const second0 = i64x2.extmul_high_i32x4_u(c0, multiplier0)
    const first1 = i64x2.extmul_low_i32x4_u(c2, multiplier1)
    const second1 = i64x2.extmul_high_i32x4_u(c2, multiplier1)
    c0 = v128.xor(v128.xor(highs(first1, second1), c1), i32x4.splat(keyLow))
    c1 = lows(first1, second1)
    c2 = v128.xor(v128.xor(highs(first0, second0), c3), i32x4.splat(keyHigh))
    c3 = lows(first0, second0)
    keyLow += WEYL_0
    keyHigh += WEYL_1
  }
  // Columns of words to rows: a block's four stand together.
  const a = i8x16.shuffle(c0, c1, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
  const b = i8x16.shuffle(c2, c3, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23)
  const c = i8x16.shuffle(c0, c1, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  const d = i8x16.shuffle(c2, c3, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31)
  v128.store(out, i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23))
  v128.store(out, i8x16.shuffle(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 16)
  v128.store(out, i8x16.shuffle(c, d, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23), 32)
  v128.store(out, i8x16.shuffle(c, d, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31), 48)
}

/** Numbers first…end − 1, `first` a multiple of 4, from a group's numbers in `from`. */
// @inline
function copyNumbers(from: usize, to: usize, count: i32): void {
  memory.copy(to, from, (<usize>count) << 2)
}

/** Numbers of a key's stream. */
@unmanaged
class Draws {
  out: usize
  keyLow: i32
  keyHigh: i32
}

@unmanaged
class UniformDraws extends Draws {
  minimum: f32
  width: f32
}

@unmanaged
class NormalDraws extends Draws {
  mean: f64
  deviation: f64
}

/** out[i] = minimum + width·⌊word i / 2⁸⌋·2⁻²⁴, first ≤ i < end; `scratch` is 128 bytes, aligned to 16. */
export function philoxUniform(problem: UniformDraws, first: i32, end: i32, scratch: usize): void {
  const out = problem.out
  const keyLow = problem.keyLow
  const keyHigh = problem.keyHigh
  const low = f32x4.splat(problem.minimum)
  const wide = f32x4.splat(problem.width)
  const unit = f32x4.splat(<f32>(1.0 / 16777216))
  for (let i = first; i < end; i += GROUP) {
    fourBlocks(scratch, <u32>i >> 2, keyLow, keyHigh)
    for (let at: usize = 0; at < 64; at += 16) {
      const whole = f32x4.convert_i32x4_u(i32x4.shr_u(v128.load(scratch + at), 8))
      v128.store(scratch + at, f32x4.add(low, f32x4.mul(wide, f32x4.mul(whole, unit))))
    }
    copyNumbers(scratch, out + ((<usize>i) << 2), min(GROUP, end - i))
  }
}

/** log u for two numbers in (0, 1): u = m·2^e with m in (√½, √2], and log m = 2·artanh((m − 1)/(m + 1)). */
// @inline
function log2x(u: v128): v128 {
  const one = f64x2.splat(1)
  const raised = i64x2.sub(i64x2.shr_u(u, 52), i64x2.splat(1023))
  const mantissa = v128.or(v128.and(u, i64x2.splat(0xfffffffffffff)), i64x2.splat(0x3ff0000000000000))
  const large = f64x2.gt(mantissa, f64x2.splat(1.4142135623730951))
  const m = v128.bitselect(f64x2.mul(mantissa, f64x2.splat(0.5)), mantissa, large)
  const whole = i64x2.sub(raised, large)
  const exponent = f64x2.convert_low_i32x4_s(lows(whole, whole))
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one))
  const square = f64x2.mul(s, s)
  let sum = f64x2.splat(1.0 / 19)
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 17))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 15))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 13))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 11))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 9))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 7))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 5))
  sum = f64x2.add(f64x2.mul(sum, square), f64x2.splat(1.0 / 3))
  sum = f64x2.add(f64x2.mul(sum, square), one)
  return f64x2.add(f64x2.mul(exponent, f64x2.splat(0.6931471805599453)), f64x2.mul(f64x2.add(s, s), sum))
}

/** Two pairs of normal numbers from words w0…w3 at `at`, in their place: radius·(cos, sin). */
// @inline
function twoPairs(at: usize, mean: v128, deviation: v128): void {
  const half = f64x2.splat(0.5)
  const scale = f64x2.splat(2.3283064365386963e-10)
  const drawn = v128.load(at)
  const even = i8x16.shuffle(drawn, drawn, 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11)
  const odd = i8x16.shuffle(drawn, drawn, 4, 5, 6, 7, 12, 13, 14, 15, 4, 5, 6, 7, 12, 13, 14, 15)
  const u = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(even), half), scale)
  const radius = f64x2.mul(deviation, f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log2x(u))))
  const turns = f64x2.mul(f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(odd), half), scale), f64x2.splat(4))
  const quarter = f64x2.floor(f64x2.add(turns, half))
  const r = f64x2.mul(f64x2.sub(turns, quarter), f64x2.splat(1.5707963267948966))
  const square = f64x2.mul(r, r)
  let sine = f64x2.splat(1.0 / 355687428096000)
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(-1.0 / 1307674368000))
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(1.0 / 6227020800))
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(-1.0 / 39916800))
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(1.0 / 362880))
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(-1.0 / 5040))
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(1.0 / 120))
  sine = f64x2.add(f64x2.mul(sine, square), f64x2.splat(-1.0 / 6))
  sine = f64x2.mul(f64x2.add(f64x2.mul(sine, square), f64x2.splat(1)), r)
  let cosine = f64x2.splat(1.0 / 20922789888000)
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(-1.0 / 87178291200))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(1.0 / 479001600))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(-1.0 / 3628800))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(1.0 / 40320))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(-1.0 / 720))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(1.0 / 24))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(-0.5))
  cosine = f64x2.add(f64x2.mul(cosine, square), f64x2.splat(1))
  const q = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(quarter))
  const swapped = i64x2.ne(v128.and(q, i64x2.splat(1)), i64x2.splat(0))
  const two = i64x2.splat(2)
  const signOfCosine = i64x2.shl(v128.and(i64x2.add(q, i64x2.splat(1)), two), 62)
  const signOfSine = i64x2.shl(v128.and(q, two), 62)
  const c = v128.xor(v128.bitselect(sine, cosine, swapped), signOfCosine)
  const s = v128.xor(v128.bitselect(cosine, sine, swapped), signOfSine)
  const firsts = f32x4.demote_f64x2_zero(f64x2.add(mean, f64x2.mul(radius, c)))
  const seconds = f32x4.demote_f64x2_zero(f64x2.add(mean, f64x2.mul(radius, s)))
  v128.store(at, i8x16.shuffle(firsts, seconds, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23))
}

/** Normal numbers first…end − 1 by Box and Muller; `scratch` is 128 bytes, aligned to 16. */
export function philoxNormal(problem: NormalDraws, first: i32, end: i32, scratch: usize): void {
  const out = problem.out
  const keyLow = problem.keyLow
  const keyHigh = problem.keyHigh
  const wideMean = f64x2.splat(problem.mean)
  const wideDeviation = f64x2.splat(problem.deviation)
  for (let i = first; i < end; i += GROUP) {
    fourBlocks(scratch, <u32>i >> 2, keyLow, keyHigh)
    for (let at: usize = 0; at < 64; at += 16) twoPairs(scratch + at, wideMean, wideDeviation)
    copyNumbers(scratch, out + ((<usize>i) << 2), min(GROUP, end - i))
  }
}
