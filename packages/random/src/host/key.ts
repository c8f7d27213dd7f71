import {
  checkInteger,
  checkLength,
  described,
  fillPhilox,
  type PhiloxCounter,
  philoxWords,
  type RandomKey,
  typeError,
} from '@chiaro/core'

/**
 * The last counter word: what a block of a key's stream is used for, so that drawn numbers, split keys and folded keys
 * never share one of its 2¹²⁸ blocks of four words.
 */
export const Stream = { numbers: 0, split: 1, foldIn: 2 } as const

/** The words of a key's numbers from block 0 on, `count` of them. */
export function words(key: RandomKey, count: number): Uint32Array {
  return philoxWords([key.low, key.high], count)
}

function childAt(parent: RandomKey, counter: PhiloxCounter): RandomKey {
  const out = new Uint32Array(2)
  fillPhilox(out, [parent.low, parent.high], counter)
  return makeKey(out[1], out[0])
}

function makeKey(high: number, low: number): RandomKey {
  return Object.freeze({ high, low })
}

/**
 * A key from a seed: any safe integer (its lower 64 bits in two's complement), or two uint32 [high, low].
 *
 * @throws RangeError for a number that is no safe integer or a word that is no uint32
 *
 * @example
 * ```ts
 * import { key, uniformValues } from '@chiaro/random'
 *
 * const seed = key(42)
 * console.log(uniformValues(seed, 2), uniformValues(seed, 2)) // the same numbers: a key does not move on
 * console.log(key([0, 42]).low === seed.low) // the two words of a seed, as run.json keeps them
 * ```
 */
export function key(seed: number | readonly [high: number, low: number]): RandomKey {
  if (typeof seed !== 'number') {
    checkLength('key', { seed }, { exactly: 2 })
    checkInteger('key', { seed }, { least: 0, below: 2 ** 32 })
    return makeKey(seed[0], seed[1])
  }
  checkInteger('key', { seed })
  return makeKey(highWord(seed), seed >>> 0)
}

/** Bits 32–63 of a safe integer in two's complement. */
function highWord(integer: number): number {
  return Math.floor(integer / 0x100000000) >>> 0
}

/**
 * `count` new keys, independent of each other and of their parent's numbers. The first keys are the same
 * whatever the count.
 *
 * @throws RangeError unless count is a non-negative integer below 2³²
 *
 * @example
 * ```ts
 * import { key, normal, split } from '@chiaro/random'
 *
 * const [forData, forNoise] = split(key(1))
 * normal(forData, [2]).print()
 * normal(forNoise, [2]).print() // independent of the first; key(1) itself is used for nothing else
 * ```
 */
export function split(parent: RandomKey, count = 2): RandomKey[] {
  checkKey('split', parent)
  checkInteger('split', { count }, { least: 0, below: 2 ** 32 })
  return Array.from({ length: count }, (_, i) => childAt(parent, [i, 0, 0, Stream.split]))
}

/**
 * The key that belongs to `integer` (a step, an epoch, a record's row) under `parent`, without making those
 * before it.
 *
 * @throws RangeError unless integer is a safe integer
 *
 * @example
 * ```ts
 * import { foldIn, key, normalValues } from '@chiaro/random'
 *
 * const forSteps = key(1)
 * // Step 1000 without the 999 before it: what lets a run go on where it stopped.
 * for (const step of [1000, 1001]) console.log(normalValues(foldIn(forSteps, step), 2))
 * ```
 */
export function foldIn(parent: RandomKey, integer: number): RandomKey {
  checkKey('foldIn', parent)
  checkInteger('foldIn', { integer })
  return childAt(parent, [integer >>> 0, highWord(integer), 0, Stream.foldIn])
}

/** Refuses what is no key, before a typed array silently turns it into zeros. */
export function checkKey(where: string, candidate: RandomKey): void {
  if (candidate?.high !== candidate?.high >>> 0 || candidate.low !== candidate.low >>> 0) {
    throw typeError(where, 'key', 'a RandomKey, as key(seed) makes them', described(candidate))
  }
}
