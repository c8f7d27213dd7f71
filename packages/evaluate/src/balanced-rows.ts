import { checkInteger, type RandomKey, rangeError } from '@chiaro/core'
import { foldIn, permutation } from '@chiaro/random'
import { classCount, classIndices } from './class-labels.ts'

export interface BalancedRowsOptions {
  /** How many rows are drawn in all, a multiple of the classes. */
  readonly count: number
  readonly key: RandomKey
  /** Default one more than the largest label. */
  readonly classes?: number
}

/**
 * Rows for a probe with few labels, as many of each class: of class c those at the first count/classes places of
 * permutation(foldIn(key, c), rows of c). The rows come in rising order.
 *
 * @param labels [n] class indices
 * @throws RangeError unless count is a multiple of the classes, and for a class that has fewer rows than it is to give
 *
 * @example
 * ```ts
 * import { balancedRows } from '@chiaro/evaluate'
 * import { key } from '@chiaro/random'
 *
 * console.log(balancedRows([0, 0, 0, 1, 1, 2, 2], { count: 3, key: key(1) })) // one of each class
 * ```
 */
export function balancedRows(labels: ArrayLike<number>, options: BalancedRowsOptions): Int32Array {
  const where = 'balancedRows'
  const { count, key, classes = classCount(labels) } = options
  const classOf = classIndices(where, { labels }, labels.length, classes)
  checkInteger(where, { count }, { least: 1 })
  if (count % classes !== 0) {
    throw rangeError(where, 'count', `a multiple of the ${classes} classes`, String(count))
  }
  const perClass = count / classes
  const drawn: number[] = []
  for (let c = 0; c < classes; c++) {
    const own = Array.from(classOf.keys()).filter(row => classOf[row] === c)
    if (own.length < perClass) {
      throw rangeError(where, 'labels', `at least ${perClass} rows of class ${c}`, String(own.length))
    }
    const order = permutation(foldIn(key, c), own.length)
    for (let i = 0; i < perClass; i++) drawn.push(own[order[i]])
  }
  return Int32Array.from(drawn).sort()
}
