/** Which numbers between pixels are taken for: the triangle, or Keys' cubic with a = −½. */
export type Interpolation = 'bilinear' | 'bicubic'

const kernels: Record<Interpolation, { readonly support: number; readonly weight: (x: number) => number }> = {
  bilinear: { support: 1, weight: x => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: x => {
      const t = Math.abs(x)
      if (t < 1) return (1.5 * t - 2.5) * t * t + 1
      return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0
    },
  },
}

/**
 * Writes the weights that resample one axis: row i, column x of the result is how much pixel x of the picture counts
 * for pixel i of `size`, where those divide the part from `start` to `start` + `length` evenly. Only pixels that the
 * part touches count: weights behind them are shared out among the rest. Where the part is larger than the result the
 * kernel is stretched (antialias), so that every pixel counts. Pixel centres are at halves.
 *
 * @param into a matrix [size, width], zeros before
 * @param mirrored fills the rows from the last to the first
 */
export function writeResampling(
  into: Float32Array,
  { width, start, length, size }: { width: number; start: number; length: number; size: number },
  interpolation: Interpolation,
  antialias: boolean,
  mirrored = false,
): void {
  const { support, weight } = kernels[interpolation]
  const scale = length / size
  const stretch = antialias ? Math.max(scale, 1) : 1
  const from = Math.floor(start)
  const offset = start - from
  const touched = Math.min(width - from, Math.ceil(offset + length))
  for (let i = 0; i < size; i++) {
    const centre = offset + (i + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - support * stretch + 0.5))
    const end = Math.min(touched, Math.floor(centre + support * stretch + 0.5))
    const row = (mirrored ? size - 1 - i : i) * width + from
    let total = 0
    for (let x = first; x < end; x++) {
      const w = weight((x + 0.5 - centre) / stretch)
      into[row + x] = w
      total += w
    }
    for (let x = first; x < end; x++) into[row + x] /= total
  }
}
