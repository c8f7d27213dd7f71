// Log-sum-exps on their way, over tiles with references of their own; in 64 bits.

import { exp, log } from './exponential'

/** Bytes of one: its reference, the largest so far, and Σ exp(z − reference). */
export const RUNNING: usize = 16

/** `count` log-sum-exps of nothing yet. */
export function startRunning(running: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<f64>(running + <usize>i * RUNNING, -Infinity)
    store<f64>(running + <usize>i * RUNNING, 0, 8)
  }
}

// @inline
function add(at: usize, reference: f64, sum: f64): void {
  if (sum === 0) return
  const before = load<f64>(at)
  const total = load<f64>(at, 8)
  if (reference === before) {
    store<f64>(at, total + sum, 8)
  } else if (reference < before) {
    store<f64>(at, total + sum * exp(reference - before), 8)
  } else {
    store<f64>(at, reference)
    store<f64>(at, total * exp(before - reference) + sum, 8)
  }
}

/** Adds a tile's sums, each with its own reference, to what runs. */
export function addRunning(running: usize, count: i32, references: usize, sums: usize): void {
  for (let i = 0; i < count; i++) {
    const reference = <f64>load<f32>(references + ((<usize>i) << 2))
    add(running + <usize>i * RUNNING, reference, <f64>load<f32>(sums + ((<usize>i) << 2)))
  }
}

/** Adds what ran elsewhere. */
export function joinRunning(running: usize, other: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const from = other + <usize>i * RUNNING
    add(running + <usize>i * RUNNING, load<f64>(from), load<f64>(from, 8))
  }
}

/** out[i] = log Σ exp(z − offset[i]); offsets of 0 where their address is 0. */
export function finishRunning(running: usize, count: i32, offset: usize, out: usize): void {
  for (let i = 0; i < count; i++) {
    const at = running + <usize>i * RUNNING
    const shift = offset === 0 ? 0 : <f64>load<f32>(offset + ((<usize>i) << 2))
    store<f32>(out + ((<usize>i) << 2), <f32>(log(load<f64>(at, 8)) + (load<f64>(at) - shift)))
  }
}
