import {
  fillPhilox,
  type PhiloxCounter,
  philoxWords,
  type RandomKey,
  rangeError,
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
 */
export function key(seed: number | readonly [high: number, low: number]): RandomKey {
  if (typeof seed !== 'number') {
    for (const word of seed)
      if (word !== word >>> 0) throw rangeError('key', 'seed', 'made of two uint32', `[${seed.join(', ')}]`)
    return makeKey(seed[0], seed[1])
  }
  if (!Number.isSafeInteger(seed)) throw rangeError('key', 'seed', 'a safe integer', String(seed))
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
 */
export function split(parent: RandomKey, count = 2): RandomKey[] {
  checkKey('split', parent)
  if (!Number.isInteger(count) || count < 0 || count >= 0x100000000) {
    throw rangeError('split', 'count', 'a non-negative integer below 2³²', String(count))
  }
  return Array.from({ length: count }, (_, i) => childAt(parent, [i, 0, 0, Stream.split]))
}

/**
 * The key that belongs to `integer` (a step, an epoch, a record's row) under `parent`, without making those
 * before it.
 *
 * @throws RangeError unless integer is a safe integer
 */
export function foldIn(parent: RandomKey, integer: number): RandomKey {
  checkKey('foldIn', parent)
  if (!Number.isSafeInteger(integer)) throw rangeError('foldIn', 'integer', 'a safe integer', String(integer))
  return childAt(parent, [integer >>> 0, highWord(integer), 0, Stream.foldIn])
}

/** Refuses what is no key, before a typed array silently turns it into zeros. */
export function checkKey(where: string, candidate: RandomKey): void {
  if (candidate?.high !== candidate?.high >>> 0 || candidate.low !== candidate.low >>> 0) {
    throw typeError(where, 'key', 'a RandomKey, as key(seed) makes them', describe(candidate))
  }
}

function describe(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
