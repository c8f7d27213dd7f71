// The sum of rows by segment: the gradient of looking rows up in a table.
import { addRow } from './rows'

/**
 * out[ids[i]] += x[i] for rows of `width` float32 numbers; `out` is zero at first. Rows whose id is not in
 * 0 … segments − 1 are dropped. Rows are added in their order: the sum is the same every time.
 */
export function segmentSum(x: usize, ids: usize, out: usize, rows: i32, width: i32, segments: i32): void {
  const stride = (<usize>width) << 2
  for (let i = 0; i < rows; i++) {
    const id = load<i32>(ids + ((<usize>i) << 2))
    if (<u32>id < <u32>segments) addRow(x + <usize>i * stride, out + <usize>id * stride, width)
  }
}
