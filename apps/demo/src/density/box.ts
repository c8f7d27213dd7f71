/** A rectangle of the plane. */
export interface Box {
  readonly low: readonly [number, number]
  readonly high: readonly [number, number]
}

/** A square about points x, y, x, y, …, with room for the tails of a model of them. */
export function boxOf(values: Float32Array): Box {
  const low: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const high: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const [at, value] of values.entries()) {
    low[at & 1] = Math.min(low[at & 1], value)
    high[at & 1] = Math.max(high[at & 1], value)
  }
  const half = 0.7 * Math.max(high[0] - low[0], high[1] - low[1], 1e-3)
  const [x, y] = low.map((value, j) => (value + high[j]) / 2)
  return { low: [x - half, y - half], high: [x + half, y + half] }
}

/** A box that reaches further on every side, by a part of its own width. */
export function widened({ low, high }: Box, margin: number): Box {
  const by = margin * (high[0] - low[0])
  return { low: [low[0] - by, low[1] - by], high: [high[0] + by, high[1] + by] }
}
