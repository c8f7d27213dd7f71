import { checkLength } from '@chiaro/core'
import { classIndices } from './class-labels.ts'

export interface ClassReport {
  /** Rows of this class. */
  readonly count: number
  /** Of them, the share that was found; NaN without any. */
  readonly recall: number
  /** Of the rows taken for this class, the share that are; NaN where none was. */
  readonly precision: number
}

export interface ClassificationReport {
  readonly accuracy: number
  /** Binomial, over rows. */
  readonly standardError: number
  readonly perClass: readonly ClassReport[]
  /** confusion[label][prediction], in rows. */
  readonly confusion: readonly (readonly number[])[]
}

/**
 * How predictions meet labels: accuracy, recall and precision by class, and who is taken for whom.
 *
 * @throws RangeError for no rows, and with the row for a label or prediction that is no class
 *
 * @example
 * ```ts
 * import { classificationReport } from '@chiaro/evaluate'
 *
 * const { accuracy, confusion } = classificationReport([0, 1, 1, 0], [0, 1, 0, 0], { classes: 2 })
 * console.log(accuracy, confusion) // 0.75
 * ```
 */
export function classificationReport(
  predictions: ArrayLike<number>,
  labels: ArrayLike<number>,
  { classes }: { readonly classes: number },
): ClassificationReport {
  const where = 'classificationReport'
  checkLength(where, { labels }, { least: 1 })
  const truth = classIndices(where, { labels }, labels.length, classes)
  const predicted = classIndices(where, { predictions }, labels.length, classes)
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  truth.forEach((label, i) => {
    confusion[label][predicted[i]]++
  })
  const right = confusion.reduce((sum, row, c) => sum + row[c], 0)
  const accuracy = right / truth.length
  const perClass = confusion.map((row, c): ClassReport => {
    const count = row.reduce((sum, value) => sum + value, 0)
    const predictedCount = confusion.reduce((sum, other) => sum + other[c], 0)
    return { count, recall: row[c] / count, precision: row[c] / predictedCount }
  })
  return {
    accuracy,
    standardError: Math.sqrt((accuracy * (1 - accuracy)) / truth.length),
    perClass,
    confusion,
  }
}
