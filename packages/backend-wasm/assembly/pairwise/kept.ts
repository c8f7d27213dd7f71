// What the forward pass leaves of a tile for the backward pass: the kind of its references, those of its rows, and
// its exponentials; its logits where there are two exponentials a pair.

import { ROW_BYTES, ROWS, upTo4 } from './tiles'

const REFERENCES: usize = 16
const TILE: usize = REFERENCES + ((<usize>ROWS) << 2)

/** Bytes of a kept tile of n queries, or ROWS of them. */
export function pairwiseKeptBytes(n: i32): usize {
  return TILE + <usize>upTo4(min(n, ROWS)) * ROW_BYTES
}

/** Where the numbers of a kept tile are. */
// @inline
export function keptTile(kept: usize): usize {
  return kept + TILE
}

/** Keeps the references of its rows and their kind. */
export function keepReferences(kept: usize, kind: i32, byRow: usize): void {
  store<i32>(kept, kind)
  memory.copy(kept + REFERENCES, byRow, (<usize>ROWS) << 2)
}

/** Where the references of a kept tile's rows are. */
// @inline
export function keptReferences(kept: usize): usize {
  return kept + REFERENCES
}

/** Which kind they are of. */
// @inline
export function keptKind(kept: usize): i32 {
  return load<i32>(kept)
}
