// Which pairs take part, and what is added to their logits.

import { Pairwise } from './problem'
import { ROW_BYTES, upTo4, upTo8 } from './tiles'

/** −∞ in `bad` lanes, else x: whatever x is, also NaN. */
// @inline
function without(x: v128, bad: v128): v128 {
  return v128.bitselect(f32x4.splat(-Infinity), x, bad)
}

/** Adds the keys' biases to a row of `count` logits; −∞ where the bias is. */
function addBias(row: usize, from: usize, count: i32): void {
  let j = 0
  for (; j + 4 <= count; j += 4) {
    const at = (<usize>j) << 2
    const b = v128.load(from + at)
    const z = f32x4.add(v128.load(row + at), b)
    v128.store(row + at, without(z, f32x4.eq(b, f32x4.splat(-Infinity))))
  }
  for (; j < count; j++) {
    const at = (<usize>j) << 2
    const b = load<f32>(from + at)
    store<f32>(row + at, b === -Infinity ? b : load<f32>(row + at) + b)
  }
}

/** −∞ where a key's group is not `group`. */
function keepGroup(row: usize, group: i32, from: usize, count: i32): void {
  const own = i32x4.splat(group)
  let j = 0
  for (; j + 4 <= count; j += 4) {
    const at = (<usize>j) << 2
    v128.store(row + at, without(v128.load(row + at), i32x4.ne(v128.load(from + at), own)))
  }
  for (; j < count; j++) {
    const at = (<usize>j) << 2
    if (load<i32>(from + at) !== group) store<f32>(row + at, -Infinity)
  }
}

/** −∞ where the mask, a byte a key, is 0. */
function keepMarked(row: usize, from: usize, count: i32): void {
  let j = 0
  for (; j + 4 <= count; j += 4) {
    const at = (<usize>j) << 2
    const bytes = v128.load32_zero(from + <usize>j)
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes))
    v128.store(row + at, without(v128.load(row + at), i32x4.eq(words, i32x4.splat(0))))
  }
  for (; j < count; j++) {
    if (load<u8>(from + <usize>j) === 0) store<f32>(row + ((<usize>j) << 2), -Infinity)
  }
}

/** A tile's logits from its dot products: biases added, −∞ where a pair is left out or the tile is padded. */
export function selectPairs(
  pairs: Pairwise,
  z: usize,
  firstQuery: i32,
  rows: i32,
  firstKey: i32,
  columns: i32,
): void {
  const padded = upTo8(columns)
  const keyBytes = (<usize>firstKey) << 2
  const excludeColumns = pairs.excludeColumns
  for (let r = 0; r < rows; r++) {
    const row = z + <usize>r * ROW_BYTES
    const query = firstQuery + r
    if (pairs.keyBias) addBias(row, pairs.keyBias + keyBytes, columns)
    if (pairs.queryGroups) {
      const group = load<i32>(pairs.queryGroups + ((<usize>query) << 2))
      keepGroup(row, group, pairs.keyGroups + keyBytes, columns)
    }
    if (pairs.mask) {
      keepMarked(row, pairs.mask + <usize>query * <usize>pairs.m + <usize>firstKey, columns)
    }
    const list = pairs.exclude + ((<usize>query * <usize>excludeColumns) << 2)
    for (let e = 0; e < excludeColumns; e++) {
      const column = load<i32>(list + ((<usize>e) << 2)) - firstKey
      if (<u32>column < <u32>columns) store<f32>(row + ((<usize>column) << 2), -Infinity)
    }
    for (let j = columns; j < padded; j++) store<f32>(row + ((<usize>j) << 2), -Infinity)
  }
  const last = upTo4(rows)
  for (let r = rows; r < last; r++) {
    const row = z + <usize>r * ROW_BYTES
    for (let j = 0; j < padded; j++) store<f32>(row + ((<usize>j) << 2), -Infinity)
  }
}
