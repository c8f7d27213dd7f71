// Pictures as a matrix without making it: row i is a pixel of the grid the filter stops at, column k = (tap,
// channel) the number the tap sees there, 0 outside of the picture. Packed straight into panels. Module state, as in
// operands.ts: tap (u, v) of grid pixel (i, j) sees pixel (i·stepDown + originDown + u·tapDown,
// j·stepAcross + originAcross + v·tapAcross).

import { fillFloats } from '../memory'
import { Windows } from '../windows'
import { interleave } from './panels'

let pictures: usize = 0
let height: i32 = 0
let width: i32 = 0
let channels: i32 = 0
let gridRows: i32 = 0
let gridColumns: i32 = 0
let tapsAcross: i32 = 0
let stepDown: i32 = 0
let stepAcross: i32 = 0
let originDown: i32 = 0
let originAcross: i32 = 0
let tapDown: i32 = 0
let tapAcross: i32 = 0
/** A pixel of zeros. */
let blank: usize = 0

/** Pictures at `address` and the windows over them; `zeros` is room for one pixel. */
export function setPatches(address: usize, windows: Windows, zeros: usize): void {
  pictures = address
  blank = zeros
  height = windows.inHeight
  width = windows.inWidth
  channels = windows.inChannels
  gridRows = windows.outHeight
  gridColumns = windows.outWidth
  tapsAcross = windows.filterWidth
  stepDown = windows.strideHeight
  stepAcross = windows.strideWidth
  originDown = -windows.padTop
  originAcross = -windows.padLeft
  tapDown = windows.dilationHeight
  tapAcross = windows.dilationWidth
  fillFloats(zeros, channels, 0)
}

/** Where the pixel a tap sees lies, or the pixel of zeros. */
// @inline
function seen(picture: usize, y: i32, x: i32): usize {
  // As unsigned numbers, negative coordinates are beyond every picture.
  if (<u32>y >= <u32>height || <u32>x >= <u32>width) return blank
  return picture + ((<usize>(y * width + x) * <usize>channels) << 2)
}

/** Rows `row`… (`rows` ≤ 4), columns `from`…`from` + `count` − 1 of the patches, as a panel of 4 rows. */
export function packPatches(out: usize, row: i32, rows: i32, from: i32, count: i32): void {
  const last = row + rows - 1
  const bytes = (<usize>(height * width) * <usize>channels) << 2
  const i1 = min(row + 1, last)
  const i2 = min(row + 2, last)
  const line0 = row / gridColumns
  const line1 = i1 / gridColumns
  const line2 = i2 / gridColumns
  const line3 = last / gridColumns
  const picture0 = line0 / gridRows
  const picture1 = line1 / gridRows
  const picture2 = line2 / gridRows
  const picture3 = line3 / gridRows
  const y0 = (line0 - picture0 * gridRows) * stepDown + originDown
  const y1 = (line1 - picture1 * gridRows) * stepDown + originDown
  const y2 = (line2 - picture2 * gridRows) * stepDown + originDown
  const y3 = (line3 - picture3 * gridRows) * stepDown + originDown
  const x0 = (row - line0 * gridColumns) * stepAcross + originAcross
  const x1 = (i1 - line1 * gridColumns) * stepAcross + originAcross
  const x2 = (i2 - line2 * gridColumns) * stepAcross + originAcross
  const x3 = (last - line3 * gridColumns) * stepAcross + originAcross
  const p0 = pictures + <usize>picture0 * bytes
  const p1 = pictures + <usize>picture1 * bytes
  const p2 = pictures + <usize>picture2 * bytes
  const p3 = pictures + <usize>picture3 * bytes
  // Taps beside each other see numbers beside each other, when no lane looks over the edge on either side.
  const inside =
    tapAcross === 1 &&
    min(min(x0, x1), min(x2, x3)) >= 0 &&
    max(max(x0, x1), max(x2, x3)) + tapsAcross <= width
  const end = from + count
  for (let k = from; k < end; ) {
    const tap = k / channels
    const channel = k - tap * channels
    const u = tap / tapsAcross
    const v = tap - u * tapsAcross
    const wide = inside ? (tapsAcross - v) * channels : channels
    const run = min(end - k, wide - channel)
    const dy = u * tapDown
    const dx = v * tapAcross
    // The run may be longer than the pixel of zeros; rows above and below the picture are then taken tap by tap.
    const s0 = seen(p0, y0 + dy, x0 + dx)
    const s1 = seen(p1, y1 + dy, x1 + dx)
    const s2 = seen(p2, y2 + dy, x2 + dx)
    const s3 = seen(p3, y3 + dy, x3 + dx)
    const missing = s0 === blank || s1 === blank || s2 === blank || s3 === blank
    const length = missing ? min(run, channels - channel) : run
    const at = (<usize>channel) << 2
    out = interleave(out, 16, s0 + at, s1 + at, s2 + at, s3 + at, length)
    k += length
  }
}

/** Numbers of one tap, from channel `channel` on, at grid pixels `from`…: 4 channels each, or 1 (`lanes`). */
function packTap(out: usize, tap: i32, channel: i32, wide: bool, from: i32, count: i32): void {
  const u = tap / tapsAcross
  const dy = originDown + u * tapDown
  const dx = originAcross + (tap - u * tapsAcross) * tapAcross
  const pixel = (<usize>channels) << 2
  const step = pixel * <usize>stepAcross
  const line = from / gridColumns
  let picture = line / gridRows
  let j = from - line * gridColumns
  let i = line - picture * gridRows
  const zero = f32x4.splat(0)
  for (let left = count; left > 0; ) {
    const run = min(left, gridColumns - j)
    const y = i * stepDown + dy
    let x = j * stepAcross + dx
    let at =
      pictures +
      (<usize>picture * <usize>(height * width) + <usize>(y * width + x)) * pixel +
      ((<usize>channel) << 2)
    const below = <u32>y >= <u32>height
    for (let n = run; n > 0; n--) {
      const visible = !below && <u32>x < <u32>width
      if (wide) {
        if (visible) v128.store(out, v128.load(at))
        else v128.store(out, zero)
      } else {
        store<f32>(out, visible ? load<f32>(at) : 0)
      }
      out += 16
      at += step
      x += stepAcross
    }
    left -= run
    j = 0
    i += 1
    if (i === gridRows) {
      i = 0
      picture += 1
    }
  }
}

/** Rows `row`… (`rows` ≤ 4; a row is a tap and channel), columns (grid pixels) `from`… of the transpose. */
export function packPatchesTransposed(out: usize, row: i32, rows: i32, from: i32, count: i32): void {
  const tap = row / channels
  const channel = row - tap * channels
  if (rows === 4 && channel + 4 <= channels) {
    packTap(out, tap, channel, true, from, count)
    return
  }
  for (let lane = 0; lane < 4; lane++) {
    if (lane < rows) {
      const t = (row + lane) / channels
      packTap(out + ((<usize>lane) << 2), t, row + lane - t * channels, false, from, count)
    } else {
      for (let k = 0; k < count; k++) store<f32>(out + ((<usize>k) << 4) + ((<usize>lane) << 2), 0)
    }
  }
}
