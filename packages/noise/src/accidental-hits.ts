import { checkInteger } from '@chiaro/core'

/** Pairs of a row and a sampled column that hold one of the row's own positives. */
export interface AccidentalHits {
  readonly rows: Int32Array
  readonly columns: Int32Array
}

/**
 * Where noise sampled for a whole batch happens to be a row's positive. What to do with such hits depends on the loss:
 *
 * - binary and ranking NCE *keep* them: the noise distribution is what it is, and leaving draws out biases the optimum
 *   (ranking NCE with p = (.5, .3, .15, .05), noise (.4, .3, .2, .1) and four negatives learns (.563, .280, .121, .036) when
 *   hits are masked, and p itself when they stay);
 * - sampled softmax *removes* them (`sampledSoftmaxLogits`): its columns stand for the other classes.
 *
 * @param sampledIds [s]
 * @param positiveIds one an row [n], or several a row
 * @throws RangeError that names an id that is no integer
 *
 * @example
 * ```ts
 * import { accidentalHits } from '@chiaro/noise'
 *
 * const { rows, columns } = accidentalHits([7, 2, 7], [2, 5, 7])
 * console.log(rows, columns) // row 0 meets its own in column 1, row 2 in columns 0 and 2
 * ```
 */
export function accidentalHits(
  sampledIds: ArrayLike<number>,
  positiveIds: ArrayLike<number> | readonly ArrayLike<number>[],
): AccidentalHits {
  const columnsOf = new Map<number, number[]>()
  for (let column = 0; column < sampledIds.length; column++) {
    const id = checkedId(`sampledIds[${column}]`, sampledIds[column])
    const own = columnsOf.get(id)
    if (own === undefined) columnsOf.set(id, [column])
    else own.push(column)
  }
  const rows: number[] = []
  const columns: number[] = []
  for (let row = 0; row < positiveIds.length; row++) {
    const ids = positiveIds[row]
    const positives = typeof ids === 'number' ? [ids] : Array.from(ids)
    for (const positive of positives) checkedId(`positiveIds[${row}]`, positive)
    // A positive named twice is one class.
    for (const positive of new Set(positives)) {
      for (const column of columnsOf.get(positive) ?? []) {
        rows.push(row)
        columns.push(column)
      }
    }
  }
  return { rows: Int32Array.from(rows), columns: Int32Array.from(columns) }
}

function checkedId(argument: string, id: number): number {
  checkInteger('accidentalHits', { [argument]: id })
  return id
}
