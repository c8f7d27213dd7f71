import { platform } from '#platform'

/**
 * How the wasm backend's kernels multiply and add. `auto`: in one instruction where the engine can, which rounds once
 * and is a fifth to a third faster; in Node 20 that sets V8's flag --experimental-wasm-relaxed-simd. `separate`: the
 * same bits on every engine. `wide`: twice as fast in Node 24, and sets its flag --experimental-wasm-revectorize, an
 * experiment of V8's.
 */
export type WayToMultiplyAdd = 'auto' | 'separate' | 'fused' | 'wide'

/**
 * The V8 flag that a way to multiply and add wants, by V8's version; undefined where it wants none.
 *
 * Node 20's V8 11.3 has relaxed SIMD as V8 11.4 shipped it, behind a flag. V8 13 (Node 24) joins pairs of 128-bit
 * registers to 256-bit ones behind another: an experiment, switched on only for whoever asks for `wide`.
 */
export function flagFor(multiplyAdd: WayToMultiplyAdd, v8: string): string | undefined {
  const major = Number.parseInt(v8, 10)
  if (major === 11 && multiplyAdd !== 'separate') return '--experimental-wasm-relaxed-simd'
  if (major >= 13 && multiplyAdd === 'wide') return '--experimental-wasm-revectorize'
  return undefined
}

/** Switches on what the engine keeps behind a flag; WASM modules compiled from then on see it. */
export async function switchOn(multiplyAdd: WayToMultiplyAdd): Promise<void> {
  const flag = platform.v8 === undefined ? undefined : flagFor(multiplyAdd, platform.v8)
  if (flag !== undefined) await platform.setFlag(flag)
}
