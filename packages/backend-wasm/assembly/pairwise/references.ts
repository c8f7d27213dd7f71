// What is taken from a tile's logits before they are exponentiated.

import { tileMaxima } from './maxima'

/** Each row has a reference, its maximum. */
export const BY_ROW: i32 = 0
/** One reference serves all rows and columns: one exponential a pair. */
export const SHARED: i32 = 1
/** Each row and each column has its own, and each pair two exponentials. */
export const EACH: i32 = 2

/**
 * How far below the tile's maximum that of a row or column may lie for one exponential to serve both: exp(−16)
 * is far from underflow, and z − c is rounded hardly more coarsely than z itself.
 */
const SPREAD: f32 = 16

/** A maximum as a number that can be subtracted: 0 for that of nothing. */
// @inline
function finite(maximum: f32): f32 {
  return maximum === -Infinity ? 0 : min<f32>(maximum, f32.MAX_VALUE)
}

function makeFinite(maxima: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const at = maxima + ((<usize>i) << 2)
    store<f32>(at, finite(load<f32>(at)))
  }
}

/** The least of the maxima, those of nothing left out. */
function leastMaximum(maxima: usize, count: i32): f32 {
  let least: f32 = Infinity
  for (let i = 0; i < count; i++) {
    const x = load<f32>(maxima + ((<usize>i) << 2))
    if (x !== -Infinity) least = min(least, x)
  }
  return least
}

function greatestMaximum(maxima: usize, count: i32): f32 {
  let greatest: f32 = -Infinity
  for (let i = 0; i < count; i++) greatest = max(greatest, load<f32>(maxima + ((<usize>i) << 2)))
  return greatest
}

function fill(out: usize, count: i32, value: f32): void {
  for (let i = 0; i < count; i++) store<f32>(out + ((<usize>i) << 2), value)
}

/**
 * Writes the references of a tile, by row and, unless the kind is BY_ROW, by column; returns the kind, which
 * depends on nothing but the logits. No logit exceeds its references.
 */
export function tileReferences(
  z: usize,
  rows: i32,
  columns: i32,
  both: bool,
  byRow: usize,
  byColumn: usize,
): i32 {
  tileMaxima(z, rows, columns, byRow, byColumn)
  if (!both) {
    makeFinite(byRow, rows)
    return BY_ROW
  }
  const greatest = greatestMaximum(byRow, rows)
  const least = min(leastMaximum(byRow, rows), leastMaximum(byColumn, columns))
  if (least >= greatest - SPREAD) {
    fill(byRow, rows, finite(greatest))
    fill(byColumn, columns, finite(greatest))
    return SHARED
  }
  makeFinite(byRow, rows)
  makeFinite(byColumn, columns)
  return EACH
}
