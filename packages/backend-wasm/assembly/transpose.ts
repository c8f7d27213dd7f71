// Axes in another order. The plan names the axes of the result: counts and steps in x (in numbers).
import { interleave } from './gemm/panels'
import { copyBytes } from './memory'

/** A matrix [rows, columns], rows `inRow` bytes apart, to its transpose, rows `outRow` bytes apart. */
function transposeMatrix(x: usize, out: usize, rows: i32, columns: i32, inRow: usize, outRow: usize): void {
  let i = 0
  for (; i + 4 <= rows; i += 4) {
    const from = x + <usize>i * inRow
    interleave(
      out + ((<usize>i) << 2),
      outRow,
      from,
      from + inRow,
      from + 2 * inRow,
      from + 3 * inRow,
      columns,
    )
  }
  for (; i < rows; i++) {
    let from = x + <usize>i * inRow
    let to = out + ((<usize>i) << 2)
    for (let j = columns; j > 0; j--) {
      store<u32>(to, load<u32>(from))
      from += 4
      to += outRow
    }
  }
}

/** Address of count, step in x and step in the result of axis `axis` of the plan. */
// @inline
function entry(plan: usize, axis: i32): usize {
  return plan + <usize>axis * 12
}

/**
 * Numbers of 4 bytes. `plan` holds for each of `rank` ≥ 2 axes (count, step in x, step in out) as int32, the two
 * last of them those copied together: either the last alone is contiguous on both sides, or the last is
 * contiguous in out and the one before it in x (`tiles`).
 */
export function transpose(x: usize, out: usize, plan: usize, rank: i32, tiles: i32): void {
  const row = entry(plan, rank - 2)
  const column = entry(plan, rank - 1)
  const rows = load<i32>(row)
  const columns = load<i32>(column)
  const inRow = (<usize>load<i32>(row, 4)) << 2
  const outRow = (<usize>load<i32>(row, 8)) << 2
  const inColumn = (<usize>load<i32>(column, 4)) << 2
  let outer = 1
  for (let axis = 0; axis < rank - 2; axis++) outer *= load<i32>(entry(plan, axis))
  for (let n = 0; n < outer; n++) {
    let from = x
    let to = out
    let rest = n
    for (let axis = rank - 3; axis >= 0; axis--) {
      const count = load<i32>(entry(plan, axis))
      const index = rest % count
      rest /= count
      from += (<usize>(index * load<i32>(entry(plan, axis), 4))) << 2
      to += (<usize>(index * load<i32>(entry(plan, axis), 8))) << 2
    }
    if (tiles) {
      transposeMatrix(from, to, columns, rows, inColumn, outRow)
    } else {
      for (let i = 0; i < rows; i++) {
        copyBytes(to + <usize>i * outRow, from + <usize>i * inRow, columns << 2)
      }
    }
  }
}
