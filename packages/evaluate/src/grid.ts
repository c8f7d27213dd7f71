import {
  ChiaroError,
  checkInteger,
  checkLength,
  checkNumber,
  described,
  rangeError,
  typeError,
  yielding,
} from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'

/** A box cut into equal cells; functions are taken at the cells' centres. */
export interface GridOptions {
  /** [d] The box's lower corner; d is 2, for teaching also 1 or 3. */
  readonly low: readonly number[]
  /** [d] Its upper corner. */
  readonly high: readonly number[]
  /** Cells along each axis. Default 200. */
  readonly points?: number
  /** Points at a time: what bounds the backend's memory. Default 10,000. */
  readonly batch?: number
  readonly signal?: AbortSignal
}

export interface Grid {
  readonly cells: number
  readonly logVolumeOfCell: number
  /** [to − from, d] float32 centres of cells, the last axis fastest. */
  centres(from: number, to: number): Float32Array
  /** Whether a cell touches the box's boundary. */
  isOuter(cell: number): boolean
}

const mostCells = 2 ** 26

/** @throws TypeError and RangeError for a box without volume, other than 1 to 3 axes, points that are no integer ≥ 2 */
export function gridOf(where: string, { low, high, points = 200 }: GridOptions): Grid {
  const d = low.length
  if (!(d >= 1 && d <= 3)) throw rangeError(where, 'low', 'of 1 to 3 axes', `${d}`)
  checkLength(where, { high }, { exactly: d, each: 'axis of low' })
  checkNumber(where, { low })
  for (const [axis, from] of low.entries())
    checkNumber(where, { [`high[${axis}]`]: high[axis] }, { above: from })
  checkInteger(where, { points }, { least: 2, most: Math.floor(mostCells ** (1 / d)) })
  const widths = low.map((from, axis) => (high[axis] - from) / points)
  const index = (cell: number, axis: number) => Math.floor(cell / points ** (d - 1 - axis)) % points
  return {
    cells: points ** d,
    logVolumeOfCell: widths.reduce((sum, width) => sum + Math.log(width), 0),
    centres: (from, to) =>
      Float32Array.from({ length: (to - from) * d }, (_, i) => {
        const axis = i % d
        return low[axis] + (index(from + Math.floor(i / d), axis) + 0.5) * widths[axis]
      }),
    isOuter: cell => low.some((_, axis) => [0, points - 1].includes(index(cell, axis))),
  }
}

/**
 * −energy at every cell's centre, a batch at a time.
 *
 * @throws TypeError for an energy of another shape; ChiaroError ('non-finite') that names the point of NaN or +∞
 */
export async function onGrid(
  where: string,
  energy: (x: tf.Tensor) => tf.Tensor,
  grid: Grid,
  { low, batch = 10_000, signal }: GridOptions,
): Promise<Float64Array> {
  checkInteger(where, { batch }, { least: 1 })
  const values = new Float64Array(grid.cells)
  const turn = yielding(signal)
  for (let from = 0; from < grid.cells; from += batch) {
    await turn()
    const to = Math.min(from + batch, grid.cells)
    const centres = grid.centres(from, to)
    const energies = tf.tidy(() => energy(tf.tensor2d(centres, [to - from, low.length])))
    const read = await energies.data()
    energies.dispose()
    if (read.length !== to - from)
      throw typeError(where, 'energy', `a function to [${to - from}]`, described(energies))
    for (let i = 0; i < read.length; i++) {
      values[from + i] = -read[i]
      if (!Number.isNaN(read[i]) && read[i] !== Number.NEGATIVE_INFINITY) continue
      const point = centres.subarray(i * low.length, (i + 1) * low.length).join(', ')
      const message = `${where}: energy must be above −∞, got ${read[i]} at (${point})`
      throw new ChiaroError('non-finite', message, 'energy')
    }
  }
  return values
}
