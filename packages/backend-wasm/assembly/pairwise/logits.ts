// A tile of logits: the product of its queries and keys, then the choice of its pairs.

import { selectPairs } from './pairs'
import { multiplyPanels, packLeftRows } from './panels'
import { Pairwise } from './problem'
import { ROW_BYTES, upTo4, upTo8 } from './tiles'

/**
 * z of `rows` queries and `columns` keys, the latter packed; −∞ in what pads the tile to whole panels.
 * `queryPanels` has room for the queries.
 */
export function tileLogits(
  pairs: Pairwise,
  z: usize,
  firstQuery: i32,
  rows: i32,
  queryPanels: usize,
  firstKey: i32,
  columns: i32,
  keyPanels: usize,
): void {
  const d = pairs.d
  packLeftRows(queryPanels, pairs.queries + ((<usize>firstQuery * <usize>d) << 2), rows, d)
  multiplyPanels(queryPanels, keyPanels, d, z, ROW_BYTES, upTo4(rows), upTo8(columns), false, 0)
  selectPairs(pairs, z, firstQuery, rows, firstKey, columns)
}
