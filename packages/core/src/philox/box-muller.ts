/** 2⁻ᵉ by e + 1, for e from −1 to 32. */
const negativePowers = Float64Array.from({ length: 34 }, (_, i) => 2 ** (1 - i))

/** ½ plus a word is below 2³² + ½; times this it lies in (0, 1). */
const scale = 2 ** -32

/**
 * log((word + ½)·2⁻³²) of a uint32, in float64 by additions, products and one division, which every engine rounds alike:
 * u = m·2^e with m in (√½, √2], and log m = 2·artanh s, s = (m − 1)/(m + 1), whose series' next term is below 3e-17.
 */
function logOfWord(word: number): number {
  let exponent = word === 0 ? -1 : 31 - Math.clz32(word)
  let m = (word + 0.5) * negativePowers[exponent + 1]
  if (m > Math.SQRT2) {
    m *= 0.5
    exponent++
  }
  const s = (m - 1) / (m + 1)
  const square = s * s
  let sum = 1 / 19
  sum = sum * square + 1 / 17
  sum = sum * square + 1 / 15
  sum = sum * square + 1 / 13
  sum = sum * square + 1 / 11
  sum = sum * square + 1 / 9
  sum = sum * square + 1 / 7
  sum = sum * square + 1 / 5
  sum = sum * square + 1 / 3
  sum = sum * square + 1
  return (exponent - 32) * Math.LN2 + (s + s) * sum
}

/**
 * Box and Muller's pair (1958) of two words: with u = (word + ½)·2⁻³², deviation·√(−2 log u₁)·(cos 2πu₂, sin 2πu₂) + mean,
 * to `out` at `at`; the second only where there is room. Made of operations that every engine and every backend rounds
 * alike, so that the same key gives the same bits on all of them; sines and cosines by Taylor's series within an eighth
 * of a turn (next terms below 2e-18).
 */
export function writePair(
  first: number,
  second: number,
  out: Float32Array,
  at: number,
  mean: number,
  deviation: number,
): void {
  const radius = deviation * Math.sqrt(-2 * logOfWord(first))
  const turns = (second + 0.5) * scale * 4
  const quarter = Math.floor(turns + 0.5)
  const r = (turns - quarter) * (Math.PI / 2)
  const square = r * r
  let sine = 1 / 355687428096000
  sine = sine * square + -1 / 1307674368000
  sine = sine * square + 1 / 6227020800
  sine = sine * square + -1 / 39916800
  sine = sine * square + 1 / 362880
  sine = sine * square + -1 / 5040
  sine = sine * square + 1 / 120
  sine = sine * square + -1 / 6
  sine = (sine * square + 1) * r
  let cosine = 1 / 20922789888000
  cosine = cosine * square + -1 / 87178291200
  cosine = cosine * square + 1 / 479001600
  cosine = cosine * square + -1 / 3628800
  cosine = cosine * square + 1 / 40320
  cosine = cosine * square + -1 / 720
  cosine = cosine * square + 1 / 24
  cosine = cosine * square + -0.5
  cosine = cosine * square + 1
  const swapped = quarter % 2 === 1
  const c = swapped ? sine : cosine
  const s = swapped ? cosine : sine
  out[at] = mean + radius * ((quarter + 1) & 2 ? -c : c)
  if (at + 1 < out.length) out[at + 1] = mean + radius * (quarter & 2 ? -s : s)
}
