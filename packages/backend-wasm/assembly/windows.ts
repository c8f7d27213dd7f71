// Windows that slide over volumes.

/**
 * Volumes [batchSize, inDepth, inHeight, inWidth, inChannels] and the windows over them, named as tfjs names them:
 * along each axis, tap i of the window of output element o stands at o·stride − pad + i·dilation. A picture is a volume
 * of depth 1.
 */
@unmanaged
export class Windows {
  batchSize: i32
  inDepth: i32
  inHeight: i32
  inWidth: i32
  inChannels: i32
  outDepth: i32
  outHeight: i32
  outWidth: i32
  outChannels: i32
  filterDepth: i32
  filterHeight: i32
  filterWidth: i32
  strideDepth: i32
  strideHeight: i32
  strideWidth: i32
  padFront: i32
  padTop: i32
  padLeft: i32
  dilationDepth: i32
  dilationHeight: i32
  dilationWidth: i32
}

/** y = x * filter, or the gradient of one of x and filter from that of y. */
@unmanaged
export class Convolution extends Windows {
  x: usize
  filter: usize
  y: usize
}

/** Bytes of a tap in the list that `walk` shows. */
export const TAP: usize = 8

/** Bytes of scratch memory that `walk` needs for windows of so many taps. */
export function windowScratch(taps: i32): usize {
  return <usize>taps * TAP
}

/** The first tap that stands on an axis, tap 0 standing at `origin`. */
// @inline
function firstTap(origin: i32, dilation: i32): i32 {
  return origin >= 0 ? 0 : (dilation - 1 - origin) / dilation
}

/** The tap after the last that stands on an axis of `size` elements. */
// @inline
function endTap(origin: i32, dilation: i32, taps: i32, size: i32): i32 {
  return origin + (taps - 1) * dilation < size ? taps : (size - origin + dilation - 1) / dilation
}

/**
 * Shows `problem` the window of each output element of the volumes first…end − 1, in order:
 * `window(volume, origin, output, taps, past)`. Elements are counted, not bytes: `output` from the start of the result,
 * `volume` (its first one) from the start of the input, `origin` (where tap 0 stands) from there. The taps that stand on
 * the input lie from `taps` to `past`, in order (`tapStep`, `tapNumber`).
 */
export function walk<P extends Windows>(problem: P, first: i32, end: i32, scratch: usize): void {
  const inDepth = problem.inDepth
  const inHeight = problem.inHeight
  const inWidth = problem.inWidth
  let output = first * problem.outDepth * problem.outHeight * problem.outWidth
  for (let b = first; b < end; b++) {
    const volume = b * inDepth * inHeight * inWidth
    for (let od = 0; od < problem.outDepth; od++) {
      const d = od * problem.strideDepth - problem.padFront
      const i0 = firstTap(d, problem.dilationDepth)
      const i1 = endTap(d, problem.dilationDepth, problem.filterDepth, inDepth)
      for (let oh = 0; oh < problem.outHeight; oh++) {
        const h = oh * problem.strideHeight - problem.padTop
        const j0 = firstTap(h, problem.dilationHeight)
        const j1 = endTap(h, problem.dilationHeight, problem.filterHeight, inHeight)
        // Within a line, most windows have the same taps.
        let k0 = -1
        let k1 = -1
        let past = scratch
        for (let ow = 0; ow < problem.outWidth; ow++) {
          const w = ow * problem.strideWidth - problem.padLeft
          const from = firstTap(w, problem.dilationWidth)
          const to = endTap(w, problem.dilationWidth, problem.filterWidth, inWidth)
          if (from !== k0 || to !== k1) {
            k0 = from
            k1 = to
            past = scratch
            for (let i = i0; i < i1; i++) {
              for (let j = j0; j < j1; j++) {
                const line = (i * problem.dilationDepth * inHeight + j * problem.dilationHeight) * inWidth
                const number = (i * problem.filterHeight + j) * problem.filterWidth
                for (let k = k0; k < k1; k++) {
                  store<i32>(past, line + k * problem.dilationWidth)
                  store<i32>(past, number + k, 4)
                  past += TAP
                }
              }
            }
          }
          problem.window(volume, (d * inHeight + h) * inWidth + w, output, scratch, past)
          output++
        }
      }
    }
  }
}

/** How many elements a tap of the list stands from tap 0. */
// @inline
export function tapStep(tap: usize): i32 {
  return load<i32>(tap)
}

/** Which tap it is: its element of the filter. */
// @inline
export function tapNumber(tap: usize): i32 {
  return load<i32>(tap, 4)
}
