import { ChiaroError } from '@chiaro/ops'
import type * as tf from '@tensorflow/tfjs-core'
import { allocate } from './heap.ts'
import type { TfjsWasmBackend } from './tfjs-wasm.ts'

/** The logits a forward pass left for the backward pass of the same inputs. */
export interface KeptLogits {
  readonly address: number
  /** How many tiles, from the first on. */
  readonly tiles: number
}

interface Entry extends KeptLogits {
  /** Of whom: the identities of the inputs' data, which never change, and their shapes. */
  readonly identity: readonly unknown[]
}

/** The most that is kept: 8 MiB. */
const largest = 8 * 2 ** 20

const nothing: KeptLogits = { address: 0, tiles: 0 }

const entries = new WeakMap<TfjsWasmBackend, Entry>()

function identityOf(inputs: readonly (tf.TensorInfo | undefined)[]): unknown[] {
  return inputs.flatMap(input => (input === undefined ? [undefined] : [input.dataId, ...input.shape]))
}

/** Frees what is kept. */
export function dropLogits(backend: TfjsWasmBackend): void {
  const entry = entries.get(backend)
  if (entry === undefined) return
  backend.wasm._free(entry.address)
  entries.delete(backend)
}

/**
 * Room for the logits of as many of `tiles` tiles as may be kept, until the next forward pass or until they are
 * dropped; none where the heap has no room. Made from `inputs`.
 */
export function keepLogits(
  backend: TfjsWasmBackend,
  inputs: readonly (tf.TensorInfo | undefined)[],
  tiles: number,
  tileBytes: number,
): KeptLogits {
  dropLogits(backend)
  const kept = Math.min(tiles, Math.floor(largest / tileBytes))
  try {
    const entry = { address: allocate(backend, kept * tileBytes), tiles: kept, identity: identityOf(inputs) }
    entries.set(backend, entry)
    return entry
  } catch (error) {
    // It only saves time: the backward pass computes them again.
    if (error instanceof ChiaroError && error.code === 'out-of-memory') return nothing
    throw error
  }
}

/** The logits kept of exactly these inputs, or none. */
export function keptLogits(
  backend: TfjsWasmBackend,
  inputs: readonly (tf.TensorInfo | undefined)[],
): KeptLogits {
  const entry = entries.get(backend)
  const identity = identityOf(inputs)
  const same = entry?.identity.length === identity.length && entry.identity.every((x, i) => x === identity[i])
  return entry !== undefined && same ? entry : nothing
}
