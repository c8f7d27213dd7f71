// What the forward pass leaves of a tile for the backward pass: its exponentials, or its logits where there are two
// exponentials a pair, then the rows' references and the kind of these.

import { ROWS, TILE_BYTES } from './tiles'

const REFERENCES: usize = TILE_BYTES
const KIND: usize = REFERENCES + (<usize>ROWS << 2)

/** Bytes of a kept tile. */
export const KEPT_BYTES: usize = KIND + 16

/** Bytes of a kept tile. */
export function pairwiseKeptBytes(): usize {
  return KEPT_BYTES
}

/** Completes a kept tile. */
export function keepReferences(tile: usize, kind: i32, byRow: usize): void {
  memory.copy(tile + REFERENCES, byRow, <usize>ROWS << 2)
  store<i32>(tile + KIND, kind)
}

/** Where the references of a kept tile's rows are. */
export function keptReferences(tile: usize): usize {
  return tile + REFERENCES
}

/** Which kind they are of. */
export function keptKind(tile: usize): i32 {
  return load<i32>(tile + KIND)
}
