/** What a tensor is to the checks: no package of ours and no class is needed for it. */
export interface Shaped {
  readonly shape: readonly number[]
  readonly dtype: string
}

export function isShaped(value: unknown): value is Shaped {
  return typeof value === 'object' && value !== null && 'dtype' in value && 'shape' in value
}

/** A value as complaints have it after "got": float32 [2, 3] for a tensor, 'text', [1, 2], 0.5, an object. */
export function described(value: unknown): string {
  if (isShaped(value)) return `${value.dtype} [${value.shape.join(', ')}]`
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return 'an object'
  const items = Array.from(value as ArrayLike<unknown>)
  return items.length <= 8 ? `[${items.map(described).join(', ')}]` : `${items.length} values`
}
