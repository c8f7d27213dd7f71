import * as tf from '@tensorflow/tfjs-core'
import type { ChainState } from './chain-state.ts'

/** A tensor whose rows are chains, or a record of such. */
export type ChainRows = tf.Tensor | { readonly [name: string]: ChainRows }

/** true where x is finite; a comparison, which no NaN passes. */
export function finiteWhere(x: tf.Tensor): tf.Tensor {
  return tf.lessEqual(tf.abs(x), 3.4028234e38)
}

/** true for chains whose position, energy and gradient are finite throughout, bool [chains]. */
export function finiteChains({ position, gradient, energy }: ChainState): tf.Tensor1D {
  return tf.tidy(() => {
    const rows = [position, gradient, energy].map(x =>
      tf.all(finiteWhere(tf.reshape(x, [energy.size, -1])), 1),
    )
    return rows.reduce((a, b) => tf.logicalAnd(a, b)) as tf.Tensor1D
  })
}

/**
 * Row by row, of a tensor or of all in a record: `whenTrue` where the condition holds, else `whenFalse`. Selects, so that
 * NaN never spreads.
 */
export function selectChains<T extends ChainRows>(condition: tf.Tensor1D, whenTrue: T, whenFalse: T): T {
  return tf.tidy(() => {
    const chains = condition.size
    const shift = tf.mul(tf.cast(condition, 'int32'), tf.scalar(chains, 'int32'))
    const places = tf.add(tf.range(0, chains, 1, 'int32'), shift)
    return mappedRows(whenTrue, whenFalse, (a, b) => tf.gather(tf.concat([b, a], 0), places))
  })
}

/** The rows that `places` names, int32, of a tensor or of all in a record. */
export function gatherChains<T extends ChainRows>(from: T, places: tf.Tensor1D): T {
  return mappedRows(from, from, x => tf.gather(x, places))
}

/** A tensor, or all in a record, under new references. */
export function clonedChains<T extends ChainRows>(rows: T): T {
  return mappedRows(rows, rows, x => tf.clone(x))
}

/** Of tensors at the same names in a and b, by a's names. */
function mappedRows<T extends ChainRows>(a: T, b: T, f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): T {
  if (a instanceof tf.Tensor) return f(a, b as tf.Tensor) as T
  const others = b as { readonly [name: string]: ChainRows }
  return Object.fromEntries(
    Object.entries(a).map(([name, rows]) => [name, mappedRows(rows as ChainRows, others[name], f)]),
  ) as T
}
