// Convolution of pictures [batchSize, inHeight, inWidth, inChannels] with a filter [filterHeight, filterWidth, inChannels,
// outChannels], and its two gradients, as products with the picture's patches.

import { MaybeAddress } from '../memory'
import { Convolution, Windows } from '../windows'
import { LINEAR } from './finish'
import { setLeftPatches, setResult, setResultGrid, setRight, setRightTaps } from './operands'
import { setPatches } from './patches'
import { multiply, multiplyScratch } from './product'

/** y = activation(x * filter + bias) */
@unmanaged
class FusedConvolution extends Convolution {
  bias: MaybeAddress
  activation: i32
}

/** Room for the windows of a phase, in whole vectors. */
const WINDOWS: usize = (offsetof<Windows>() + 15) & ~15

/** Bytes of scratch memory the functions below need, for patches of `channels`; the product's is behind the rest. */
export function conv2dScratch(n: i32, k: i32, channels: i32): usize {
  return productScratch(0, channels) + multiplyScratch(n, k)
}

/** The windows of a phase lie first, then a pixel of zeros. */
// @inline
function zeroPixel(scratch: usize): usize {
  return scratch + WINDOWS
}

// @inline
function productScratch(scratch: usize, channels: i32): usize {
  return zeroPixel(scratch) + ((<usize>channels + 3) & ~3) * 4
}

/** Rows `first`…`end` − 1 of y; a row is a pixel of it. */
export function conv2d(problem: FusedConvolution, first: i32, end: i32, scratch: usize): void {
  const c = problem.inChannels
  const o = problem.outChannels
  const k = problem.filterHeight * problem.filterWidth * c
  setPatches(problem.x, problem, zeroPixel(scratch))
  setLeftPatches(false)
  setRight(problem.filter, (<isize>o) << 2, 4)
  setResult(problem.y, (<isize>o) << 2)
  multiply(first, end, o, k, problem.bias, problem.activation, productScratch(scratch, c))
}

/**
 * Rows `first`…`end` − 1 (a row is (u, v, channel)) of the filter's gradient: dFilter = patchesᵀ·dy,
 * summed over all pixels of all pictures.
 */
export function conv2dBackpropFilter(problem: Convolution, first: i32, end: i32, scratch: usize): void {
  const c = problem.inChannels
  const o = problem.outChannels
  const pixels = problem.batchSize * problem.outHeight * problem.outWidth
  setPatches(problem.x, problem, zeroPixel(scratch))
  setLeftPatches(true)
  setRight(problem.y, (<isize>o) << 2, 4)
  setResult(problem.filter, (<isize>o) << 2)
  multiply(first, end, o, pixels, 0, LINEAR, productScratch(scratch, c))
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
 * The gradient of the pictures `first`…`end` − 1. Input pixels are taken by their remainder (phase) modulo the
 * stride: the pixels of one phase meet the same taps, every `period`-th one, and form an ordinary convolution
 * of dy with those taps in reverse order, so that no product with a stuffed zero is spent.
 */
export function conv2dBackpropInput(problem: Convolution, first: i32, end: i32, scratch: usize): void {
  const h = problem.inHeight
  const w = problem.inWidth
  const c = problem.inChannels
  const o = problem.outChannels
  const kh = problem.filterHeight
  const kw = problem.filterWidth
  const strideH = problem.strideHeight
  const strideW = problem.strideWidth
  const periodH = strideH / greatestCommonDivisor(strideH, problem.dilationHeight)
  const periodW = strideW / greatestCommonDivisor(strideW, problem.dilationWidth)
  const tapBytes = (<isize>(c * o)) << 2
  const pixel = (<isize>c) << 2
  const dy = problem.y + ((<usize>(first * problem.outHeight * problem.outWidth) * <usize>o) << 2)
  const dx = problem.x + ((<usize>(first * h * w) * <usize>c) << 2)
  const phase = changetype<Windows>(scratch)
  phase.inHeight = problem.outHeight
  phase.inWidth = problem.outWidth
  phase.inChannels = o
  phase.strideHeight = 1
  phase.strideWidth = 1
  // One step of `period` taps moves the output pixel by this much.
  phase.dilationHeight = (periodH * problem.dilationHeight) / strideH
  phase.dilationWidth = (periodW * problem.dilationWidth) / strideW
  for (let y = 0; y < min(strideH, h); y++) {
    const u = firstTap(y, problem.padTop, strideH, problem.dilationHeight, kh)
    const down = (kh - u + periodH - 1) / periodH
    const lastU = u + (down - 1) * periodH
    const rows = (h - y + strideH - 1) / strideH
    phase.outHeight = rows
    phase.padTop =
      (down - 1) * phase.dilationHeight - (y + problem.padTop - u * problem.dilationHeight) / strideH
    for (let x = 0; x < min(strideW, w); x++) {
      const v = firstTap(x, problem.padLeft, strideW, problem.dilationWidth, kw)
      const across = (kw - v + periodW - 1) / periodW
      const lastV = v + (across - 1) * periodW
      const columns = (w - x + strideW - 1) / strideW
      phase.filterWidth = max(across, 1)
      phase.outWidth = columns
      phase.padLeft =
        (across - 1) * phase.dilationWidth - (x + problem.padLeft - v * problem.dilationWidth) / strideW
      setPatches(dy, phase, zeroPixel(scratch))
      setLeftPatches(false)
      setRightTaps(
        problem.filter + (<isize>lastU * kw + lastV) * tapBytes,
        4,
        (<isize>o) << 2,
        o,
        phase.filterWidth,
        -(<isize>(periodH * kw)) * tapBytes,
        -(<isize>periodW) * tapBytes,
      )
      setResultGrid(
        dx + (y * w + x) * pixel,
        columns,
        rows,
        strideW * pixel,
        <isize>(strideH * w) * pixel,
        <isize>(h * w) * pixel,
      )
      const k = down * across * o
      multiply(0, (end - first) * rows * columns, c, k, 0, LINEAR, productScratch(scratch, o))
    }
  }
}
