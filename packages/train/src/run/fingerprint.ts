import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { DataFingerprint } from './run-info.ts'

/**
 * The SHA-256 of texts and bytes, one after another, in few digits: told apart, not proved.
 *
 * @example
 * ```ts
 * import { digest } from '@chiaro/train'
 *
 * console.log(digest(['rows.csv', Uint8Array.of(1, 2, 3)]))
 * console.log(digest(['ab', 'c']) === digest(['a', 'bc'])) // false: parts are told apart
 * ```
 */
export function digest(parts: Iterable<string | Uint8Array>): string {
  const hash = sha256.create()
  const end = Uint8Array.of(0)
  for (const part of parts) {
    hash.update(typeof part === 'string' ? new TextEncoder().encode(part) : part).update(end)
  }
  return bytesToHex(hash.digest()).slice(0, 24)
}

/**
 * What of the data of a run has changed, in words: "rows (400, now 380)".
 *
 * @returns undefined for nothing, and where nothing is known of the data before
 *
 * @example
 * ```ts
 * import { changedData } from '@chiaro/train'
 *
 * console.log(changedData({ rows: 400, columns: 'x, y' }, { rows: 380, columns: 'x, y' })) // rows (400, now 380)
 * ```
 */
export function changedData(before: DataFingerprint | undefined, now: DataFingerprint): string | undefined {
  if (before === undefined) return undefined
  // Runs of before may lack contents, where they were told by sizes alone.
  const asked = Object.keys({ ...before, ...now }).filter(
    name => !name.endsWith('contents') || before[name] !== undefined,
  )
  const changed = asked.filter(name => before[name] !== now[name])
  if (changed.length === 0) return undefined
  return changed.map(name => `${name} (${before[name] ?? 'none'}, now ${now[name] ?? 'none'})`).join('; ')
}
