// Convolution of pictures [batch, h, w, c] with a filter [kh, kw, c, o] to [batch, oh, ow, o], and its two
// gradients, as products with the picture's patches.

import { setLeftPatches, setResult, setResultGrid, setRight, setRightTaps } from './operands'
import { setPatches } from './patches'
import { multiply, multiplyScratch } from './product'

/** Bytes of scratch memory the functions below need. */
export function conv2dScratch(n: i32, k: i32, channels: i32): usize {
  return multiplyScratch(n, k) + ((<usize>channels + 3) & ~3) * 4
}

/** The pixel of zeros lies first, the rest is the product's. */
// @inline
function rest(scratch: usize, channels: i32): usize {
  return scratch + ((<usize>channels + 3) & ~3) * 4
}

/** out[p, i, j, ·] = activation(Σ x[p, i·strideH − padTop + u·dilationH, …, ·]·filter[u, v, ·, ·] + bias). */
export function conv2d(
  x: usize,
  filter: usize,
  out: usize,
  firstRow: i32,
  endRow: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  o: i32,
  kh: i32,
  kw: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  dilationH: i32,
  dilationW: i32,
  bias: usize,
  activation: i32,
  scratch: usize,
): void {
  setPatches(x, scratch, h, w, c, oh, ow, kw, strideH, strideW, -padTop, -padLeft, dilationH, dilationW)
  setLeftPatches(false)
  setRight(filter, (<isize>o) << 2, 4)
  setResult(out, (<isize>o) << 2)
  multiply(firstRow, endRow, o, kh * kw * c, bias, activation, rest(scratch, c))
}

/**
 * Rows `firstRow`…`endRow` − 1 (a row is (u, v, channel)) of the filter's gradient: dFilter = patchesᵀ·dy,
 * summed over all pixels of all pictures.
 */
export function conv2dBackpropFilter(
  x: usize,
  dy: usize,
  out: usize,
  firstRow: i32,
  endRow: i32,
  batch: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  o: i32,
  kw: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  dilationH: i32,
  dilationW: i32,
  scratch: usize,
): void {
  setPatches(x, scratch, h, w, c, oh, ow, kw, strideH, strideW, -padTop, -padLeft, dilationH, dilationW)
  setLeftPatches(true)
  setRight(dy, (<isize>o) << 2, 4)
  setResult(out, (<isize>o) << 2)
  multiply(firstRow, endRow, o, batch * oh * ow, 0, 0, rest(scratch, c))
}

/** The first tap that meets input pixels y ≡ `phase` (mod stride): the least u with phase + pad ≡ u·dilation. */
function firstTap(phase: i32, pad: i32, stride: i32, dilation: i32, taps: i32): i32 {
  for (let u = 0; u < taps; u++) {
    if ((phase + pad - u * dilation) % stride === 0) return u
  }
  return taps
}

function greatestCommonDivisor(a: i32, b: i32): i32 {
  while (b !== 0) {
    const r = a % b
    a = b
    b = r
  }
  return a
}

/**
 * The gradient of all pictures [batch, h, w, c]. Input pixels are taken by their remainder (phase) modulo the
 * stride: the pixels of one phase meet the same taps, every `period`-th one, and form an ordinary convolution
 * of dy with those taps in reverse order, so that no product with a stuffed zero is spent.
 */
export function conv2dBackpropInput(
  dy: usize,
  filter: usize,
  out: usize,
  batch: i32,
  h: i32,
  w: i32,
  c: i32,
  oh: i32,
  ow: i32,
  o: i32,
  kh: i32,
  kw: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  dilationH: i32,
  dilationW: i32,
  scratch: usize,
): void {
  const periodH = strideH / greatestCommonDivisor(strideH, dilationH)
  const periodW = strideW / greatestCommonDivisor(strideW, dilationW)
  // One step of `period` taps moves the output pixel by this much.
  const tapH = (periodH * dilationH) / strideH
  const tapW = (periodW * dilationW) / strideW
  const tapBytes = (<isize>(c * o)) << 2
  const pixel = (<isize>c) << 2
  for (let y = 0; y < min(strideH, h); y++) {
    const u = firstTap(y, padTop, strideH, dilationH, kh)
    const down = (kh - u + periodH - 1) / periodH
    const lastU = u + (down - 1) * periodH
    const originH = (y + padTop - u * dilationH) / strideH - (down - 1) * tapH
    const rows = (h - y + strideH - 1) / strideH
    for (let x = 0; x < min(strideW, w); x++) {
      const v = firstTap(x, padLeft, strideW, dilationW, kw)
      const across = (kw - v + periodW - 1) / periodW
      const lastV = v + (across - 1) * periodW
      const originW = (x + padLeft - v * dilationW) / strideW - (across - 1) * tapW
      const columns = (w - x + strideW - 1) / strideW
      setPatches(dy, scratch, oh, ow, o, rows, columns, max(across, 1), 1, 1, originH, originW, tapH, tapW)
      setLeftPatches(false)
      setRightTaps(
        filter + (<isize>lastU * kw + lastV) * tapBytes,
        4,
        (<isize>o) << 2,
        o,
        max(across, 1),
        -(<isize>(periodH * kw)) * tapBytes,
        -(<isize>periodW) * tapBytes,
      )
      setResultGrid(
        out + (y * w + x) * pixel,
        columns,
        rows,
        strideW * pixel,
        <isize>(strideH * w) * pixel,
        <isize>(h * w) * pixel,
      )
      multiply(0, batch * rows * columns, c, down * across * o, 0, 0, rest(scratch, o))
    }
  }
}
