/** Float64 loops over windows, written from the definitions; for tests. */

export interface Volume {
  readonly batch: number
  readonly depth: number
  readonly height: number
  readonly width: number
  readonly channels: number
}

export interface Windows {
  /** Depth, height, width. */
  readonly window: readonly [number, number, number]
  readonly stride: number
  readonly pad: 'valid' | 'same'
}

/** One place of a window on the volume: which output, which tap, which input. */
export interface Meeting {
  /** Of [batch, depth, height, width] of the output, without the channel. */
  readonly output: number
  readonly tap: number
  /** Of [batch, depth, height, width] of the input, without the channel. */
  readonly input: number
}

/** Sizes along one axis: 'valid' ceil((n − w + 1)/s), 'same' ceil(n/s) with the larger half of the padding behind. */
function axis(size: number, window: number, { stride, pad }: Windows): { outputs: number; before: number } {
  if (pad === 'valid') return { outputs: Math.ceil((size - window + 1) / stride), before: 0 }
  const outputs = Math.ceil(size / stride)
  const padding = Math.max(0, (outputs - 1) * stride + window - size)
  return { outputs, before: Math.floor(padding / 2) }
}

/** How many places the windows have: [depth, height, width]. */
export function outputShape({ depth, height, width }: Volume, windows: Windows): number[] {
  return [depth, height, width].map((size, i) => axis(size, windows.window[i], windows).outputs)
}

/** Every meeting of a window's tap with an input, outputs in order and taps in order within each. */
export function* meetings(volume: Volume, windows: Windows): Generator<Meeting> {
  const sizes = [volume.depth, volume.height, volume.width]
  const axes = sizes.map((size, i) => axis(size, windows.window[i], windows))
  const [taps, outputs] = [windows.window, axes.map(({ outputs }) => outputs)]
  const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b)
  const unravel = (index: number, [, second, third]: readonly number[]) => [
    Math.floor(index / (second * third)),
    Math.floor(index / third) % second,
    index % third,
  ]
  for (let b = 0; b < volume.batch; b++) {
    for (let place = 0; place < count(outputs); place++) {
      const at = unravel(place, outputs)
      for (let tap = 0; tap < count(taps); tap++) {
        const offset = unravel(tap, taps)
        const where = at.map((o, i) => o * windows.stride - axes[i].before + offset[i])
        if (where.some((coordinate, i) => coordinate < 0 || coordinate >= sizes[i])) continue
        const input = ((b * sizes[0] + where[0]) * sizes[1] + where[1]) * sizes[2] + where[2]
        yield { output: b * count(outputs) + place, tap, input }
      }
    }
  }
}

/** The maximum of each window and channel, and the element of x it is (the first of equal ones). */
export function maxima(
  x: ArrayLike<number>,
  volume: Volume,
  windows: Windows,
): { values: number[]; indices: number[] } {
  const values: number[] = []
  const indices: number[] = []
  for (const { output, input } of meetings(volume, windows)) {
    for (let c = 0; c < volume.channels; c++) {
      const to = output * volume.channels + c
      const from = input * volume.channels + c
      if (values[to] === undefined || x[from] > values[to]) {
        values[to] = x[from]
        indices[to] = from
      }
    }
  }
  return { values, indices }
}
