import { ChiaroError } from '@chiaro/core'
import type * as tf from '@tensorflow/tfjs-core'
import { allocate } from './heap.ts'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

/** What a forward pass left for the backward pass of the same inputs. */
export interface KeptTiles {
  readonly address: number
  /** How many, from the first on. */
  readonly tiles: number
}

interface Entry extends KeptTiles {
  /** Of whom: the identities of the inputs' data, which never change, their shapes, and the attributes. */
  readonly identity: readonly unknown[]
}

/** The most that is kept: 8 MiB. */
const largest = 8 * 2 ** 20

/** Less than this share of all tiles is not worth its memory. */
const leastShare = 1 / 16

const nothing: KeptTiles = { address: 0, tiles: 0 }

const entries = new WeakMap<TfjsWasmBackend, Entry>()

/** What tiles are made from: the inputs that their numbers depend on, in a fixed order, and the attributes. */
export interface TileOrigin {
  readonly inputs: readonly (tf.TensorInfo | undefined)[]
  readonly columns: boolean
}

function identityOf({ inputs, columns }: TileOrigin): unknown[] {
  return [
    columns,
    ...inputs.flatMap(input => (input === undefined ? [undefined] : [input.dataId, ...input.shape])),
  ]
}

/** Frees what is kept. */
export function dropTiles(backend: TfjsWasmBackend): void {
  const entry = entries.get(backend)
  if (entry === undefined) return
  backend.wasm._free(entry.address)
  entries.delete(backend)
}

/**
 * Room for as many of `tiles` tiles as may be kept, until the next forward pass or until they are dropped; none
 * where that would be a small share of them, or the heap has no room.
 */
export function keepTiles(
  backend: TfjsWasmBackend,
  origin: TileOrigin,
  tiles: number,
  tileBytes: number,
): KeptTiles {
  dropTiles(backend)
  const kept = Math.min(tiles, Math.floor(largest / tileBytes))
  if (kept < leastShare * tiles) return nothing
  try {
    const entry = { address: allocate(backend, kept * tileBytes), tiles: kept, identity: identityOf(origin) }
    entries.set(backend, entry)
    return entry
  } catch (error) {
    // It only saves time: the backward pass computes them again.
    if (error instanceof ChiaroError && error.code === 'out-of-memory') return nothing
    throw error
  }
}

/** The tiles kept of exactly this origin, or none. */
export function keptTiles(backend: TfjsWasmBackend, origin: TileOrigin): KeptTiles {
  const entry = entries.get(backend)
  const identity = identityOf(origin)
  const same = entry?.identity.length === identity.length && entry.identity.every((x, i) => x === identity[i])
  return entry !== undefined && same ? entry : nothing
}
