/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy
 * as 1, 2, 3" (SC 2011): a bijection of 128-bit counters under a 64-bit key. Any word of any stream is computed
 * on its own, in any order, which is what makes a draw replayable and a parallel kernel exact.
 */

const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85

const M0_LOW = MULTIPLIER_0 & 0xffff
const M0_HIGH = MULTIPLIER_0 >>> 16
const M1_LOW = MULTIPLIER_1 & 0xffff
const M1_HIGH = MULTIPLIER_1 >>> 16

/** The upper 32 bits of the 64-bit product of two uint32, by halves of 16 bits: no product leaves int32. */
export function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) | 0
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) >>> 0
}

/** A Philox key as its two words, in the order of the paper. */
export type PhiloxKey = readonly [number, number]

/** A Philox counter as its four words, in the order of the paper. */
export type PhiloxCounter = readonly [number, number, number, number]

/**
 * Writes the words of consecutive blocks into `out`, four a block, beginning at `counter`; the first two words
 * of the counter count up as one 64-bit integer, first word lowest. The last block may be cut short.
 */
export function fillPhilox(out: Uint32Array, key: PhiloxKey, counter: PhiloxCounter): void {
  const length = out.length
  const [key0, key1] = key
  const [counter0, counter1, counter2, counter3] = counter
  let blockLow = counter0 | 0
  let blockHigh = counter1 | 0
  for (let at = 0; at < length; at += 4) {
    let c0 = blockLow
    let c1 = blockHigh
    blockLow = (blockLow + 1) | 0
    if (blockLow === 0) blockHigh = (blockHigh + 1) | 0
    let c2 = counter2 | 0
    let c3 = counter3 | 0
    let k0 = key0 | 0
    let k1 = key1 | 0
    for (let round = 0; round < 10; round++) {
      // multiplyHigh written out twice: the constants' halves stay in registers.
      const l0 = c0 & 0xffff
      const h0 = c0 >>> 16
      const m0 = (Math.imul(h0, M0_LOW) + (Math.imul(l0, M0_LOW) >>> 16)) | 0
      const n0 = (Math.imul(l0, M0_HIGH) + (m0 & 0xffff)) | 0
      const high0 = (Math.imul(h0, M0_HIGH) + (m0 >>> 16) + (n0 >>> 16)) | 0
      const l1 = c2 & 0xffff
      const h1 = c2 >>> 16
      const m1 = (Math.imul(h1, M1_LOW) + (Math.imul(l1, M1_LOW) >>> 16)) | 0
      const n1 = (Math.imul(l1, M1_HIGH) + (m1 & 0xffff)) | 0
      const high1 = (Math.imul(h1, M1_HIGH) + (m1 >>> 16) + (n1 >>> 16)) | 0
      const low0 = Math.imul(c0, MULTIPLIER_0)
      const low1 = Math.imul(c2, MULTIPLIER_1)
      c0 = high1 ^ c1 ^ k0
      c1 = low1
      c2 = high0 ^ c3 ^ k1
      c3 = low0
      k0 = (k0 + WEYL_0) | 0
      k1 = (k1 + WEYL_1) | 0
    }
    out[at] = c0
    if (at + 3 < length) {
      out[at + 1] = c1
      out[at + 2] = c2
      out[at + 3] = c3
    } else {
      if (at + 1 < length) out[at + 1] = c1
      if (at + 2 < length) out[at + 2] = c2
    }
  }
}
