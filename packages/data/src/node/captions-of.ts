import { dataError, type Origin } from '../data-error.ts'

/**
 * The captions in a field: a text, or a list of them.
 *
 * @throws ChiaroError ('data') that names the place: another value, an empty list, an empty caption
 */
export function captionsOf(where: string, origin: Origin, name: string, value: unknown): readonly string[] {
  const captions: readonly unknown[] = Array.isArray(value) ? value : [value]
  if (captions.length === 0) throw dataError(where, origin, `${name} must have a caption, got an empty list`)
  for (const caption of captions) {
    if (typeof caption !== 'string') {
      // Whole numbers of Parquet are none that JSON knows.
      const shown = typeof caption === 'bigint' ? String(caption) : JSON.stringify(caption ?? null)
      const got = caption === null || caption === undefined ? 'none' : shown.slice(0, 40)
      throw dataError(where, origin, `${name} must be a caption or a list of captions, got ${got}`)
    }
    if (caption.trim() === '') throw dataError(where, origin, `${name} must be a caption, got an empty one`)
  }
  return captions as readonly string[]
}
