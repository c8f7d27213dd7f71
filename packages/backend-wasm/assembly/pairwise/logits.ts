// A tile of logits: the product of its queries and keys, then the choice of its pairs.

import { selectPairs } from './pairs'
import { multiplyPanels, packLeftRows } from './panels'
import { ROW_BYTES, upTo4, upTo8 } from './tiles'

/**
 * z of `rows` queries and `columns` keys, the latter packed; −∞ in what pads the tile to whole panels.
 * `leftPanels` has room for the queries.
 */
export function tileLogits(
  z: usize,
  queries: usize,
  keyPanels: usize,
  d: i32,
  firstQuery: i32,
  rows: i32,
  firstKey: i32,
  columns: i32,
  leftPanels: usize,
): void {
  packLeftRows(leftPanels, queries + ((<usize>firstQuery * <usize>d) << 2), rows, d)
  multiplyPanels(leftPanels, keyPanels, d, z, ROW_BYTES, upTo4(rows), upTo8(columns), false, 0)
  selectPairs(z, firstQuery, rows, firstKey, columns)
}
