import { ChiaroError, rangeError } from '@chiaro/core'
import * as tf from '@tensorflow/tfjs-core'
import { fusedKernels, type KernelBinaries, separateKernels, wideKernels } from './generated/kernels.ts'

/**
 * How kernels multiply and add:
 * - `separate`: the product is rounded, then the sum; any engine, the same bits on each;
 * - `fused`: in one instruction, rounded once, for engines with WebAssembly's relaxed SIMD (Node 22 and later, today's
 *   browsers; Node 20 with --experimental-wasm-relaxed-simd);
 * - `wide`: the same in larger tiles, for engines that join registers to wide ones (Node 24 with
 *   --experimental-wasm-revectorize); elsewhere slower than `fused`, with the same bits.
 */
export type MultiplyAdd = 'separate' | 'fused' | 'wide'

const binaries: Record<MultiplyAdd, KernelBinaries> = {
  separate: separateKernels,
  fused: fusedKernels,
  wide: wideKernels,
}

/** Bytes of a binary in base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
}

let asked: MultiplyAdd | 'auto' = 'auto'

// Asked once kernels are needed, not at import: a program may set its engine's flags before.
let supported: boolean | undefined
function fusedIsSupported(): boolean {
  supported ??= WebAssembly.validate(bytesOf(fusedKernels.plain))
  return supported
}

/** How our kernels multiply and add on a backend that starts now; by itself `fused` where the engine can. */
export function multiplyAdd(): MultiplyAdd {
  if (asked !== 'auto') return asked
  return fusedIsSupported() ? 'fused' : 'separate'
}

/**
 * Chooses how kernels multiply and add, before the wasm backend starts. `auto`, the default: `fused` where the engine
 * can, else `separate`.
 *
 * @throws RangeError when there is no such way; ChiaroError 'backend' when the engine can't, or when the backend runs
 *   already
 */
export function setMultiplyAdd(way: MultiplyAdd | 'auto'): void {
  const fail = (what: string) => new ChiaroError('backend', `setMultiplyAdd: ${what}`, 'way')
  if (way !== 'auto' && !Object.hasOwn(binaries, way)) {
    throw rangeError('setMultiplyAdd', 'way', 'one of auto, separate, fused, wide', `"${way}"`)
  }
  if (way === asked) return
  if (tf.engine().registry.wasm !== undefined) {
    throw fail('must be called before the wasm backend starts, it runs already')
  }
  if (way !== 'auto' && way !== 'separate' && !fusedIsSupported()) {
    throw fail(`"${way}" needs an engine with relaxed SIMD, this one has none or not switched on`)
  }
  asked = way
}

/** The binaries that backends start with. */
export function kernelBinaries(): KernelBinaries {
  return binaries[multiplyAdd()]
}

/** The start of the SHA-256 of the kernels that backends start with, as run folders record it. */
export function kernelBuild(): string {
  return kernelBinaries().build
}
