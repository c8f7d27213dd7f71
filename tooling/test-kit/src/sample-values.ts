/** Reproducible numbers for tests. Not for the library: keys are `core`'s. */

/** A 32-bit counter hash: consecutive counters give unrelated words. */
function hash(counter: number): number {
  let word = Math.imul(counter ^ 0x9e3779b9, 0x85ebca6b)
  word = Math.imul(word ^ (word >>> 15), 0xc2b2ae35)
  word = Math.imul(word ^ (word >>> 13), 0x27d4eb2f)
  return (word ^ (word >>> 16)) >>> 0
}

/** `count` uniform numbers in (low, high), the same for the same seed. */
export function uniformValues(seed: number, count: number, low = 0, high = 1): Float32Array {
  const offset = hash(seed)
  return Float32Array.from({ length: count }, (_, i) => {
    const unit = (hash((offset + i) | 0) + 0.5) / 2 ** 32
    return low + (high - low) * unit
  })
}

/** `count` standard normal numbers times `scale` (Box and Muller), the same for the same seed. */
export function normalValues(seed: number, count: number, scale = 1): Float32Array {
  const radius = uniformValues(2 * seed, count)
  const angle = uniformValues(2 * seed + 1, count)
  return radius.map((u, i) => scale * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * angle[i]))
}
