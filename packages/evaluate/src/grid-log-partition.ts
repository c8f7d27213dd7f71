import { ChiaroError, conflictError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { type Grid, type GridOptions, gridOf, onGrid } from './grid.ts'

export interface GridLogPartition {
  /** log ∫ exp(−E) over the box, in nats. */
  readonly logPartition: number
  /** The outermost cells' share of the mass: above about 1e-3 the box is too small. */
  readonly boundaryShare: number
}

/**
 * log Z by the midpoint rule: log Σ exp(−E(x)) over the centres of a grid's cells, plus the log volume of a cell, in
 * float64. For smooth densities that vanish at the box's boundary it is exact to rounding as soon as a cell is smaller
 * than about a standard deviation; with jumps the error is of the order of a cell's width. For 1 to 3 dimensions.
 *
 * @param energy [batch, d] → [batch]
 * @throws RangeError and TypeError for the box or an energy of another shape; ChiaroError ('non-finite') that names the
 *   point of an energy of NaN or −∞, and where all are +∞; what `signal` was aborted with
 *
 * @example
 * ```ts
 * import { gridLogPartition } from '@chiaro/evaluate'
 * import * as tf from '@tensorflow/tfjs-core'
 *
 * const energy = (x: tf.Tensor): tf.Tensor1D => tf.mul(tf.sum(tf.square(x), 1), 0.5)
 * const { logPartition } = await gridLogPartition(energy, { low: [-8, -8], high: [8, 8], points: 100 })
 * console.log(logPartition) // log 2π
 * ```
 */
export async function gridLogPartition(
  energy: (x: tf.Tensor) => tf.Tensor,
  options: GridOptions,
): Promise<GridLogPartition> {
  const where = 'gridLogPartition'
  const grid = gridOf(where, options)
  const logMass = await logMassesOf(where, energy, grid, options)
  const boundaryShare = logMass.shares.reduce((sum, l, i) => (grid.isOuter(i) ? sum + Math.exp(l) : sum), 0)
  return { logPartition: logMass.logPartition, boundaryShare }
}

/**
 * The Kullback–Leibler divergence KL(p ‖ q) = Σ P log(P/Q) of two energies, both normalised on the same grid, in nats:
 * from the truth to a model it is what the model loses in held-out log-likelihood. Exact as `gridLogPartition` is.
 *
 * @param from the energy of p, for a known density −log p
 * @param to the energy of q
 * @throws as `gridLogPartition`; TypeError where q has no mass in a cell of p's: the divergence is infinite
 */
export async function gridKl(
  { from, to }: { readonly from: (x: tf.Tensor) => tf.Tensor; readonly to: (x: tf.Tensor) => tf.Tensor },
  options: GridOptions,
): Promise<number> {
  const where = 'gridKl'
  const grid = gridOf(where, options)
  const p = (await logMassesOf(where, from, grid, options)).shares
  const q = (await logMassesOf(where, to, grid, options)).shares
  return p.reduce((sum, logShare, cell) => {
    if (logShare === Number.NEGATIVE_INFINITY) return sum
    if (q[cell] > Number.NEGATIVE_INFINITY) return sum + Math.exp(logShare) * (logShare - q[cell])
    const point = grid.centres(cell, cell + 1).join(', ')
    throw conflictError(where, 'to', `to must have mass wherever from has, got none at (${point})`)
  }, 0)
}

/** log P of each cell and log Z. */
async function logMassesOf(
  where: string,
  energy: (x: tf.Tensor) => tf.Tensor,
  grid: Grid,
  options: GridOptions,
): Promise<{ readonly shares: Float64Array; readonly logPartition: number }> {
  const values = await onGrid(where, energy, grid, options)
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  if (largest === Number.NEGATIVE_INFINITY) {
    throw new ChiaroError(
      'non-finite',
      `${where}: energy must be finite somewhere, got +∞ everywhere`,
      'energy',
    )
  }
  const logSum = largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0))
  return { shares: values.map(value => value - logSum), logPartition: logSum + grid.logVolumeOfCell }
}
